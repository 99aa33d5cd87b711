// Where a condition on purchases looks: at all outlets, or at those picked.
import { useState } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { ReferencesField } from './ReferencesField';

type Props = { outlets: number[]; onChange: (outlets: number[]) => void };

export function OutletsField({ outlets, onChange }: Props) {
  const [open, setOpen] = useState(false);
  if (outlets.length === 0 && !open)
    return (
      <button type="button" className="btn btn-quiet btn-sm" onClick={() => setOpen(true)}>
        <Icon name="building-store" size={14} /> {t('At all outlets')}
      </button>
    );
  return (
    <ReferencesField
      title={t('Outlets')}
      source="/outlets"
      value={outlets}
      invalid={false}
      onChange={(chosen) => {
        const ids = (Array.isArray(chosen) ? chosen : []).map(Number);
        setOpen(ids.length > 0);
        onChange(ids);
      }}
    />
  );
}
