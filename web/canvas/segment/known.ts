// What things are called that the lines of a builder name: as the server told, and as they were picked.
import type { Names } from '../api';
import { t } from '../i18n';

export class Known {
  readonly #names = new Map<string, string>();
  readonly #asked = new Set<string>();

  /** Names that came with a count; of the collections that it tells, it tells every thing that there is. */
  learn(names: Names): void {
    for (const [source, byId] of Object.entries(names)) {
      this.#asked.add(source);
      for (const [id, name] of Object.entries(byId)) this.#names.set(`${source} ${id}`, name);
    }
  }

  keep(source: string, id: string | number, name: string): void {
    this.#names.set(`${source} ${id}`, name);
  }

  nameOf(source: string, id: string | number): string {
    return (
      this.#names.get(`${source} ${id}`) ??
      (typeof id === 'number' ? t('Number {id}', { id }) : id.replace(/^category:/, ''))
    );
  }

  /** Whether a thing was deleted since it was picked; false as long as nobody told. */
  isGone(source: string, id: string | number): boolean {
    return this.#asked.has(source) && !this.#names.has(`${source} ${id}`);
  }
}
