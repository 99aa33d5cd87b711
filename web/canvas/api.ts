// The API under /api/v1: one function a call, the CSRF token on every write, and errors as one readable type.
import type { Graph, Problem, StepType } from './graph/types';
import { t } from './i18n';
import type { Catalogue, SegmentTree } from './segment/types';

export type Items<T> = { items: T[]; next: string | null };
export type Reentry = 'each_time' | 'once' | { after_days: number };
export type Missed = 'run' | 'skip' | { within_hours: number };
/** Whether openings of its letters and clicks in them are counted. */
export type Tracking = 'as_organisation' | 'never';
export type CampaignSettings = { reentry?: Reentry; missed?: Missed; tracking?: Tracking } & Record<string, unknown>;
export type Status = 'draft' | 'live' | 'paused' | 'finished';

export type Campaign = {
  id: number;
  name: string;
  revision: number;
  status: Status;
  graph: Graph;
  settings: CampaignSettings;
  problems: Problem[];
  summaries: Record<string, string>;
  published_version: number | null;
  changed_since_publication: boolean;
  latest_run: number | null;
  updated_at: string;
};

export type Example = { label: string; value: string; hint?: string | null };
export type Check = {
  problems: Problem[];
  summaries: Record<string, string>;
  examples: Record<string, Example[]>;
};

export type Fact = { label: string; today: string; in_30_days: string; hint?: string | null };
export type Review = { problems: Problem[]; facts: Fact[]; version: number; starts: string | null };

/** `out` counts by way out; those who met the end of their trip at a step left it by `end`. */
export type StepCounts = { in: number; out: Record<string, number>; waiting: number; failed: number };
export type Run = {
  id: number;
  campaign: { id: number; name: string };
  version: number;
  occurrence: string;
  status: 'going_on' | 'finished' | 'paused' | 'stopped' | 'failed';
  started_at: string;
  finished_at: string | null;
  entered: number;
  nodes: Record<string, StepCounts>;
  graph: Graph;
  /** One line of words for each step of the version that the run took, which need not be the draft's. */
  summaries: Record<string, string>;
};
export type StartedRun = { id: number; already_started?: boolean };

export type Choice = { id: number; name: string; hint?: string | null };
/** What a condition names: most things by number, goods by text. */
export type Thing = { id: number | string; name: string; hint?: string | null };
/** Names of things by the collection that they stand in, and by id. */
export type Names = Record<string, Record<string, string>>;
export type SampleCustomer = {
  id: number;
  name: string;
  card: string | null;
  purchase_count: number;
  purchase_sum: string;
  average_receipt: string | null;
  last_purchase_at: string | null;
  active: string;
};
/** What customers bought in all time, net of returns. */
export type Bought = { purchases: number; sum: string; average_receipt: string | null };
/** A stretch of a sentence: plain, a value of a condition, or a word that joins. */
export type SentencePart = { text: string; kind: 'plain' | 'value' | 'joint' };
/** `margin`: how far an estimate may be off; null: the count is exact. */
export type Preview = {
  count: number;
  total: number;
  margin: number | null;
  bought: Bought;
  base: Bought;
  /** Where nobody meets the tree: how many would without this member of its root. */
  without: { path: string; count: number }[];
  sentence_parts: SentencePart[];
  sample: SampleCustomer[];
  lines: { path: string; count: number }[];
  names: Names;
  took_ms: number;
};
export type Channel = 'email' | 'sms' | 'push' | 'telegram';
export type Holdings = {
  count: number;
  bonuses: string;
  average_bonuses: string | null;
  reached_by: Record<Channel, number>;
  estimated: boolean;
};
export type Use = { kind: 'campaign' | 'promotion' | 'segment' | 'rfm'; id: number; name: string };
export type Segment = {
  id: number;
  name: string;
  kind: 'dynamic' | 'frozen';
  tree: SegmentTree;
  sentence: string;
  count: number;
  used_by: Use[];
};
export type Size = { day: string; count: number };

export type FoundCustomer = {
  id: number;
  name: string;
  card: string | null;
  phone: string | null;
  email: string | null;
  external_id: string | null;
};
export type Explanation = {
  met: boolean;
  groups: { path: string; kind: 'all' | 'any' | 'none'; met: boolean }[];
  lines: { path: string; met: boolean; actual: string; text: string }[];
};

/** `currency` is an ISO 4217 code, `zone` a name of the IANA database. */
export type Organisation = { name: string; currency: string; zone: string };

export type FieldError = { where: string; message: string };

/** A refusal: `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly errors: FieldError[],
    readonly body: unknown = null,
  ) {
    super(errors[0]?.message ?? t('The server did not answer. Nothing was changed.'));
  }
}

export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') headers['X-CSRFToken'] = csrfToken();
  const answer = await fetch(`/api/v1${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
    credentials: 'same-origin',
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, [{ where: '', message: t('No connection to the server. Nothing was changed.') }]);
  });
  const text = await answer.text();
  const content = parse(text);
  if (answer.ok) return content as T;
  throw new ApiError(answer.status, errorsIn(content, answer.status), content);
}

const csrfToken = (): string => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? '';

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function errorsIn(content: unknown, status: number): FieldError[] {
  const errors = (content as { errors?: FieldError[] } | null)?.errors;
  if (Array.isArray(errors) && errors.length > 0) return errors;
  if (status === 401)
    return [{ where: '', message: t('You are signed out. Sign in again in another tab, then go on.') }];
  return [{ where: '', message: t('The server could not do this (“{code}”). Nothing was changed.', { code: status }) }];
}

export const getOrganisation = () => call<Organisation>('GET', '/organisation');
export const getStepTypes = () => call<{ items: StepType[] }>('GET', '/node-types').then((answer) => answer.items);
export const getConditions = () => call<Catalogue>('GET', '/conditions');

export const getCampaign = (id: number) => call<Campaign>('GET', `/campaigns/${id}`);
export type CampaignChange = { revision: number; name: string; graph: Graph; settings: CampaignSettings };
export const putCampaign = (id: number, change: CampaignChange) => call<Campaign>('PUT', `/campaigns/${id}`, change);
export const checkCampaign = (graph: Graph, settings: CampaignSettings, signal?: AbortSignal) =>
  call<Check>('POST', '/campaigns/check', { graph, settings }, signal);
export const getReview = (id: number) => call<Review>('GET', `/campaigns/${id}/review`);
export const publish = (id: number, note: string) =>
  call<{ version: number }>('POST', `/campaigns/${id}/publication`, note ? { note } : {});
export const pause = (id: number) => call<unknown>('POST', `/campaigns/${id}/pause`, {});
export const resume = (id: number) => call<unknown>('DELETE', `/campaigns/${id}/pause`);
export const startRun = (id: number, at: string | null) =>
  call<StartedRun>('POST', `/campaigns/${id}/runs`, at ? { at } : {});
export const getRun = (id: number, signal?: AbortSignal) => call<Run>('GET', `/runs/${id}`, undefined, signal);

/** Things to choose from: the first page of a collection, narrowed by `words` where there are more. */
export const getChoices = <T = Choice>(source: string, words = '') =>
  call<Items<T>>('GET', words ? `${source}${source.includes('?') ? '&' : '?'}q=${encodeURIComponent(words)}` : source);

export const getSegment = (id: number) => call<Segment>('GET', `/segments/${id}`);
export const postSegment = (name: string, tree: SegmentTree) => call<Segment>('POST', '/segments', { name, tree });
export const putSegment = (id: number, name: string, tree: SegmentTree) =>
  call<Segment>('PUT', `/segments/${id}`, { name, tree });
export const previewSegment = (tree: SegmentTree, signal?: AbortSignal) =>
  call<Preview>('POST', '/segments/preview', { tree }, signal);
export const estimateSegment = (tree: SegmentTree, signal?: AbortSignal) =>
  call<Preview>('POST', '/segments/estimate', { tree }, signal);
export const askHoldings = (tree: SegmentTree, signal: AbortSignal) =>
  call<Holdings>('POST', '/segments/holdings', { tree }, signal);
export const estimateHoldings = (tree: SegmentTree, signal: AbortSignal) =>
  call<Holdings>('POST', '/segments/holdings/estimate', { tree }, signal);
export const copySegment = (id: number) => call<Segment>('POST', `/segments/${id}/copy`, {});
export const freezeSegment = (name: string, tree: SegmentTree) =>
  call<Segment>('POST', '/segments/frozen', { name, tree });
/** A workbook of who meets the tree: its id, once they are chosen. */
export const askForDownload = (name: string, tree: SegmentTree) =>
  call<{ id: number }>('POST', '/downloads', { ...(name ? { name } : {}), tree });
export const getSizes = (id: number) =>
  call<{ items: Size[] }>('GET', `/segments/${id}/sizes`).then((answer) => answer.items);
export const getCustomer = (id: number) => call<FoundCustomer>('GET', `/customers/${id}`);
export const explainSegment = (tree: SegmentTree, customer: number) =>
  call<Explanation>('POST', '/segments/explanation', { tree, customer });
