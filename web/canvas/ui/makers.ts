// The page where a new thing is made, by the collection that it will be in.
const MAKERS: Readonly<Record<string, string>> = {
  '/segments': '/segments/new',
  '/tags': '/tags/new',
  '/programmes': '/programmes/new',
  '/customer-groups': '/customer-groups/new',
  '/promo-code-lists': '/promo-codes/new',
  '/customer-lists': '/lists/new',
  '/customer-attributes': '/attributes/new',
  '/outlets': '/outlets',
  '/rfm/segments': '/rfm/settings',
  '/bonus-types': '/bonus-types/new',
  '/legal-entities': '/outlets',
  '/letter-templates': '/settings/letters/new',
};

export const makerOf = (source: string): string | undefined => MAKERS[source.replace(/\?.*/, '')];
