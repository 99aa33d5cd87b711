// What the page around tells: the organisation's currency and zone, as data on <html>.

/** The sign of the organisation's currency ("£", "₽"); nothing where the page does not say. */
export function currencySign(): string | null {
  const currency = document.documentElement.dataset.currency;
  if (!currency) return null;
  const parts = new Intl.NumberFormat(document.documentElement.lang || 'en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  return parts.find((part) => part.type === 'currency')?.value ?? currency;
}

/** The organisation's zone ("Europe/London"); the browser's where the page does not say. */
export const businessZone = (): string =>
  document.documentElement.dataset.zone || Intl.DateTimeFormat().resolvedOptions().timeZone;
