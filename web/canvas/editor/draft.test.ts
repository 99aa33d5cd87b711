import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, type Campaign, type CampaignChange } from '../api';
import { branched } from '../testing/chains';
import { Draft, type DraftStatus } from './draft';

const document = (name: string) => ({ name, settings: {}, graph: branched() });

/** A server of one campaign: counts what it was sent, refuses stale revisions, can be out of reach. */
function server() {
  const state = { revision: 1, name: 'first', reachable: true, sent: [] as CampaignChange[] };
  const campaign = () => ({
    id: 7,
    ...document(state.name),
    revision: state.revision,
    updated_at: '2026-11-21T14:32:00Z',
  });
  async function put(_: number, change: CampaignChange): Promise<Campaign> {
    if (!state.reachable) throw new ApiError(0, []);
    state.sent.push(change);
    if (change.revision !== state.revision) throw new ApiError(409, [], { current: campaign() as unknown as Campaign });
    state.revision += 1;
    state.name = change.name;
    return campaign() as unknown as Campaign;
  }
  return { state, put };
}

function open({ put }: ReturnType<typeof server>) {
  const kept = new Map<string, string>();
  const statuses: DraftStatus['kind'][] = [];
  const draft = new Draft({
    campaign: { id: 7, revision: 1 },
    document: document('first'),
    put,
    shelf: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    onStatus: (status) => statuses.push(status.kind),
    onSaved: () => undefined,
  });
  return { draft, kept, statuses };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('saves itself once after a burst of changes, with the newest of them', async () => {
  const { state, put } = server();
  const { draft, kept } = open({ state, put });
  for (const name of ['a', 'ab', 'abc']) draft.edit(document(name));
  await vi.advanceTimersByTimeAsync(2000);
  expect(state.sent.map((change) => change.name)).toEqual(['abc']);
  expect(draft.status.kind).toBe('saved');
  expect(kept.size).toBe(0);
});

it('sends one change at a time, however many ask for it meanwhile', async () => {
  const { state, put } = server();
  const slow = async (id: number, change: CampaignChange) => {
    await new Promise((done) => setTimeout(done, 100));
    return put(id, change);
  };
  const { draft } = open({ state, put: slow });
  draft.edit(document('a'));
  const first = draft.saveNow();
  draft.edit(document('b'));
  const others = [draft.saveNow(), draft.saveNow()];
  await vi.advanceTimersByTimeAsync(2000);
  expect(await Promise.all([first, ...others])).toEqual([true, true, true]);
  expect(state.sent.map((change) => change.revision)).toEqual([1, 2]);
});

it('saves at once when asked to, and then names the revision that the server gave', async () => {
  const { state, put } = server();
  const { draft } = open({ state, put });
  draft.edit(document('a'));
  expect(await draft.saveNow()).toBe(true);
  draft.edit(document('b'));
  expect(await draft.saveNow()).toBe(true);
  expect(state.sent.map((change) => change.revision)).toEqual([1, 2]);
});

it('keeps in the browser what has no connection, and sends it when there is one again', async () => {
  const { state, put } = server();
  const { draft, kept } = open({ state, put });
  state.reachable = false;
  draft.edit(document('offline'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(draft.status.kind).toBe('offline');
  expect(kept.size).toBe(1);
  state.reachable = true;
  await vi.advanceTimersByTimeAsync(6000);
  expect(state.name).toBe('offline');
  expect(kept.size).toBe(0);
});

it('stops at another person’s version and saves over it only when told to', async () => {
  const { state, put } = server();
  const { draft, statuses } = open({ state, put });
  state.revision = 5;
  draft.edit(document('mine'));
  expect(await draft.saveNow()).toBe(false);
  draft.edit(document('mine, further'));
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.name).toBe('first');
  expect(statuses.at(-1)).toBe('conflict');
  if (draft.status.kind !== 'conflict') throw new Error('No conflict was told');
  expect(await draft.keepMine(draft.status.theirs)).toBe(true);
  expect(state.name).toBe('mine, further');
});

it('goes on from another person’s version when that is taken', async () => {
  const { state, put } = server();
  const { draft } = open({ state, put });
  state.revision = 5;
  draft.edit(document('mine'));
  await draft.saveNow();
  if (draft.status.kind !== 'conflict') throw new Error('No conflict was told');
  draft.takeTheirs(draft.status.theirs, document('first'));
  draft.edit(document('after theirs'));
  expect(await draft.saveNow()).toBe(true);
  expect(state.sent.at(-1)?.revision).toBe(5);
});
