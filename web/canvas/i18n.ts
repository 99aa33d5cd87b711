// gettext in the browser: translations come as JSON in the page (<script type="application/json" id="catalog">).

type Catalog = Record<string, string | string[]>;
type Values = Record<string, string | number>;

const catalog: Catalog = JSON.parse(globalThis.document?.getElementById('catalog')?.textContent || '{}');
const language = globalThis.document?.documentElement.lang || 'en';

const rules = new Intl.PluralRules(language);
// gettext numbers plural forms from 0 in the order of these categories.
const forms = (['zero', 'one', 'two', 'few', 'many', 'other'] as const).filter((form) =>
  rules.resolvedOptions().pluralCategories.includes(form),
);

const fill = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));

/** The message in the reader's language, `{name}` replaced by values; English where there is no translation. */
export function t(message: string, values: Values = {}): string {
  const found = catalog[message];
  return fill((Array.isArray(found) ? found[0] : found) ?? message, values);
}

/** As `t`, in the form that `count` wants; `{n}` is the count as written by `values.n`, else the bare number. */
export function tn(singular: string, plural: string, count: number, values: Values = {}): string {
  const found = catalog[singular];
  const english = count === 1 ? singular : plural;
  const text = Array.isArray(found) ? (found[forms.indexOf(rules.select(count))] ?? found.at(-1) ?? english) : english;
  return fill(text, { n: count, ...values });
}
