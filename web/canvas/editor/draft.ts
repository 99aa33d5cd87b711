// The draft saves itself: one PUT at a time, a little after the last change; what cannot be sent is kept in the browser.
import { ApiError, type Campaign, type CampaignChange } from '../api';
import type { Document } from './state';

const PAUSE_MS = 800;
const RETRY_MS = 5000;

export type DraftStatus =
  | { kind: 'saved'; at: Date | null }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'offline' }
  | { kind: 'refused'; message: string }
  | { kind: 'conflict'; theirs: Campaign };

type Kept = { revision: number; document: Document };
type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export type DraftOptions = {
  campaign: Pick<Campaign, 'id' | 'revision'>;
  document: Document;
  put: (id: number, change: CampaignChange) => Promise<Campaign>;
  shelf: Shelf;
  onStatus: (status: DraftStatus) => void;
  onSaved: (campaign: Campaign) => void;
};

export class Draft {
  status: DraftStatus = { kind: 'saved', at: null };
  private revision: number;
  private saved: Document;
  private latest: Document;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Promise<boolean> | null = null;

  constructor(private readonly options: DraftOptions) {
    this.revision = options.campaign.revision;
    this.saved = options.document;
    this.latest = options.document;
  }

  /** What this browser kept of an earlier visit and could not send; null when the server has everything. */
  kept(): Kept | null {
    const text = this.options.shelf.getItem(this.shelfKey);
    return text ? (JSON.parse(text) as Kept) : null;
  }

  forgetKept(): void {
    this.options.shelf.removeItem(this.shelfKey);
  }

  /** A kept document of an older revision: another version was saved meanwhile, and the person must choose. */
  meet(theirs: Campaign, mine: Document): void {
    this.latest = mine;
    this.tell({ kind: 'conflict', theirs });
  }

  /** The document as it will be sent. */
  get mine(): Document {
    return this.latest;
  }

  edit(document: Document): void {
    if (document === this.latest) return;
    this.latest = document;
    this.keep();
    if (this.status.kind === 'conflict') return;
    if (this.status.kind !== 'saving') this.tell({ kind: 'unsaved' });
    this.sendIn(PAUSE_MS);
  }

  /** Saves at once. True when the server has all of it, also when there was nothing to send. */
  async saveNow(): Promise<boolean> {
    clearTimeout(this.timer);
    // Others may have waited for it too, and one of them sends by now.
    while (this.sending) await this.sending;
    if (this.status.kind === 'conflict') return false;
    if (this.latest === this.saved) {
      this.tell({ kind: 'saved', at: new Date() });
      return true;
    }
    this.sending = this.send().finally(() => {
      this.sending = null;
    });
    const done = await this.sending;
    return done && this.latest !== this.saved ? this.saveNow() : done;
  }

  /** After a conflict: the other version is left behind, this one is saved over it. */
  keepMine(theirs: Campaign): Promise<boolean> {
    this.revision = theirs.revision;
    this.tell({ kind: 'unsaved' });
    return this.saveNow();
  }

  /** After a conflict: goes on from the other version. */
  takeTheirs(theirs: Campaign, document: Document): void {
    this.revision = theirs.revision;
    this.saved = document;
    this.latest = document;
    this.forgetKept();
    this.tell({ kind: 'saved', at: new Date(theirs.updated_at) });
  }

  get dirty(): boolean {
    return this.latest !== this.saved;
  }

  private async send(): Promise<boolean> {
    const document = this.latest;
    this.tell({ kind: 'saving' });
    try {
      const campaign = await this.options.put(this.options.campaign.id, { revision: this.revision, ...document });
      this.revision = campaign.revision;
      this.saved = document;
      if (!this.dirty) this.forgetKept();
      this.tell({ kind: 'saved', at: new Date() });
      this.options.onSaved(campaign);
      return true;
    } catch (error) {
      this.tell(this.explain(error));
      return false;
    }
  }

  private explain(error: unknown): DraftStatus {
    if (!(error instanceof ApiError)) return { kind: 'refused', message: String(error) };
    const theirs = (error.body as { current?: Campaign } | null)?.current;
    if (error.status === 409 && theirs) return { kind: 'conflict', theirs };
    if (error.status !== 0 && error.status < 500) return { kind: 'refused', message: error.message };
    this.sendIn(RETRY_MS);
    return { kind: 'offline' };
  }

  private sendIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.saveNow(), ms);
  }

  private keep(): void {
    try {
      const kept: Kept = { revision: this.revision, document: this.latest };
      this.options.shelf.setItem(this.shelfKey, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage only takes the safety net away: the draft itself is still sent.
    }
  }

  private tell(status: DraftStatus): void {
    this.status = status;
    this.options.onStatus(status);
  }

  private get shelfKey(): string {
    return `catena.draft.${this.options.campaign.id}`;
  }
}
