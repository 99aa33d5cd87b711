// One action: its settings, an example, what it comes to for all who are ticked, and only then "are you sure".
import { useEffect, useMemo, useState } from 'react';
import { ApiError } from '../api';
import { Example } from '../editor/Example';
import { ReferenceField } from '../form/ReferenceField';
import { SettingsForm } from '../form/SettingsForm';
import { whole } from '../format';
import type { Settings, StepType } from '../graph/types';
import { t, tn } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { type Asked, begin, type Cost, getCost, newToken } from './api';
import { messageOf } from './useTicks';

const PAUSE_MS = 400;
const SLOW_MS = 1000;

type Props = { id: number; type: StepType | null; ticked: number; onClose: () => void };

/** `type` is null where the customers are to enter a campaign. */
export function ActDialog({ id, type, ticked, onClose }: Props) {
  const [settings, setSettings] = useState<Settings>(type?.defaults ?? {});
  const [campaign, setCampaign] = useState<number | null>(null);
  const [told, setTold] = useState<{ cost: Cost | null; errors: ReadonlyMap<string, string> }>(NOTHING);
  const [slow, setSlow] = useState(false);
  const [shown, setShown] = useState(false);
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  // One dialog is one asking: pressed twice it is done once.
  const token = useMemo(newToken, []);
  const asked = useMemo<Asked | null>(
    () => (type ? { action: type.key, settings } : campaign === null ? null : { campaign }),
    [type, settings, campaign],
  );

  useEffect(() => {
    setTold((before) => ({ ...before, cost: null }));
    setSlow(false);
    if (!asked) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      getCost(id, asked, stop.signal)
        .then(
          (cost) => setTold({ cost: cost.problems.length > 0 ? null : cost, errors: bySetting(cost.problems) }),
          (error: unknown) => !stop.signal.aborted && setTold({ cost: null, errors: errorsOf(error) }),
        )
        .finally(() => {
          clearTimeout(late);
          setSlow(false);
        });
    }, PAUSE_MS);
    const late = setTimeout(() => setSlow(true), PAUSE_MS + SLOW_MS);
    return () => {
      clearTimeout(timer);
      clearTimeout(late);
      stop.abort();
    };
  }, [id, asked]);

  async function go(): Promise<void> {
    if (!asked || busy) return;
    setBusy(true);
    try {
      await begin(id, asked, token);
      location.assign(`/selections/${id}`);
    } catch (error) {
      setFailure(messageOf(error));
      setSure(false);
      setShown(true);
      setBusy(false);
    }
  }

  const { cost, errors } = told;
  const title = type ? type.title : t('Start a campaign');
  const whom = tn('{n} customer', '{n} customers', ticked, { n: whole(ticked) });
  const other = errors.get('');
  return (
    <Dialog
      title={t('{action}: {customers}', { action: title, customers: whom })}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button type="button" className="btn" onClick={() => (sure ? setSure(false) : onClose())}>
            {sure ? t('Back') : t('Cancel')}
          </button>
          {sure ? (
            <button type="button" className="btn btn-primary" aria-disabled={busy} onClick={() => void go()}>
              {t('Yes, do it')}
            </button>
          ) : (
            <button
              type="button"
              className="btn btn-primary"
              onClick={() => {
                setShown(true);
                setSure(cost !== null);
              }}
            >
              {t('Go on…')}
            </button>
          )}
        </>
      }
    >
      {sure ? (
        <p className="row-flex m" role="status">
          <Icon name="alert-triangle" /> {t('Are you sure? It begins at once and is not taken back.')}
        </p>
      ) : type ? (
        <div className="cv-act-form">
          <SettingsForm
            schema={type.schema}
            settings={settings}
            errors={shown ? errors : NO_ERRORS}
            onChange={(next) => setSettings(next)}
          />
        </div>
      ) : (
        <CampaignField value={campaign} error={shown ? errors.get('campaign') : undefined} onChange={setCampaign} />
      )}
      {!sure && <Example lines={cost?.example ?? []} />}
      {cost && <Comes cost={cost} />}
      {slow && (
        <p className="t2" role="status">
          {tn(
            'What it comes to is counted over {n} customer',
            'What it comes to is counted over {n} customers',
            ticked,
            {
              n: whole(ticked),
            },
          )}
        </p>
      )}
      {(failure ?? (shown ? other : undefined)) && (
        <p className="bad" role="alert">
          {failure ?? other}
        </p>
      )}
    </Dialog>
  );
}

const NO_ERRORS: ReadonlyMap<string, string> = new Map();
const NOTHING = { cost: null, errors: NO_ERRORS };

function Comes({ cost }: { cost: Cost }) {
  return (
    <table className="tb dlg-t">
      <thead>
        <tr>
          <th>{t('What it comes to')}</th>
          <th className="num">{t('Now')}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>{t('Customers who are ticked')}</td>
          <td className="num b">{whole(cost.ticked)}</td>
        </tr>
        {cost.facts.map((fact) => (
          <tr key={fact.label}>
            <td>
              {fact.label}
              {fact.hint && <div className="s t3">{fact.hint}</div>}
            </td>
            <td className={fact.value === '0' ? 'num zero' : 'num b'}>{fact.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type CampaignProps = { value: number | null; error: string | undefined; onChange: (id: number | null) => void };

function CampaignField({ value, error, onChange }: CampaignProps) {
  return (
    <div data-field="campaign">
      <label className="form-label" id="campaign-label" htmlFor="campaign">
        {t('Campaign')}
      </label>
      <ReferenceField
        id="campaign"
        labelId="campaign-label"
        schema={{ title: t('Campaign'), 'x-source': '/campaigns?status=live' }}
        value={value}
        invalid={error !== undefined}
        describedBy="campaign-hint"
        onChange={(chosen) => onChange(typeof chosen === 'number' ? chosen : null)}
      />
      <div className={error ? 'hint bad' : 'hint'} id="campaign-hint">
        {error ?? t('They enter it behind its trigger, under its re-entry rule. Only live campaigns take anybody in.')}
      </div>
    </div>
  );
}

/** Messages by setting: "settings.amount" is about "amount". */
const bySetting = (problems: readonly { where: string; message: string }[]): ReadonlyMap<string, string> =>
  new Map(problems.map(({ where, message }) => [where.replace(/^(settings\.|selection$)/, ''), message]));

const errorsOf = (error: unknown): ReadonlyMap<string, string> =>
  error instanceof ApiError ? bySetting(error.errors) : new Map([['', messageOf(error)]]);
