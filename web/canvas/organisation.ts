// The organisation's currency and zone, for numbers and moments that belong to it.
import { createContext, useContext } from 'react';
import type { Organisation } from './api';

export const OrganisationContext = createContext<Organisation>({
  name: '',
  currency: '',
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

export const useOrganisation = (): Organisation => useContext(OrganisationContext);

/** The sign of the organisation's currency ("£", "₽"); nothing where there is no currency. */
export function useCurrencySign(): string | null {
  const { currency } = useOrganisation();
  if (!currency) return null;
  const parts = new Intl.NumberFormat(document.documentElement.lang || 'en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  return parts.find((part) => part.type === 'currency')?.value ?? currency;
}
