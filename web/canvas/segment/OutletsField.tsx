// Where a condition on purchases looks: at all outlets, or at those picked.
import { t } from '../i18n';
import { ReferencesField } from './ReferencesField';

type Props = { outlets: number[]; onChange: (outlets: number[]) => void };

export function OutletsField({ outlets, onChange }: Props) {
  return (
    <ReferencesField
      title={t('Outlets')}
      source="/outlets"
      value={outlets}
      none={t('at all outlets')}
      invalid={false}
      onChange={(chosen) => onChange((Array.isArray(chosen) ? chosen : []).map(Number))}
    />
  );
}
