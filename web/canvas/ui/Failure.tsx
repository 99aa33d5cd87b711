// Something that could not be loaded: what did not happen, and the button that tries it again.
import { t } from '../i18n';
import { Icon } from './Icon';

export function Failure({ title, message, onRetry }: { title: string; message: string; onRetry: () => void }) {
  return (
    <div className="card cv-failure" role="alert">
      <div className="card-b">
        <h2>{title}</h2>
        <p className="t2">{message}</p>
        <button type="button" className="btn" onClick={onRetry}>
          <Icon name="refresh" /> {t('Try again')}
        </button>
      </div>
    </div>
  );
}
