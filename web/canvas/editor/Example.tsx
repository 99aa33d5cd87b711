// "With these values": what would happen, computed by the server.
import type { Example as Row } from '../api';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';

export function Example({ lines }: { lines: readonly Row[] }) {
  if (lines.length === 0) return null;
  return (
    <section className="example" aria-label={t('With these values')}>
      <div className="over">
        <Icon name="calculator" /> {t('With these values')}
      </div>
      <dl className="ln">
        {lines.map((line) => (
          <div key={line.label} className="cv-pair-row">
            <dt>{line.label}</dt>
            <dd>
              {line.value} {line.hint && <span className="t3">{line.hint}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
