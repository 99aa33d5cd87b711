// What the page of a selection asks of the API.
import { call, type Example } from '../api';
import type { Settings } from '../graph/types';
import type { SegmentTree } from '../segment/types';

export type Sizes = { members: number; ticked: number };
/** An action of the palette with its settings, or a campaign to enter. */
export type Asked = { action: string; settings: Settings } | { campaign: number };
/** What an action comes to, or the problems of its settings. */
export type Cost = Sizes & { example: Example[]; facts: Example[]; problems: { where: string; message: string }[] };

/** Freezes who meets a tree, or is in a saved segment, now. */
export const openSelection = (found: { tree: SegmentTree } | { segment: number }) =>
  call<{ id: number }>('POST', '/selections', found);
export const putTicks = (id: number, ticked: boolean, customers?: number[]) =>
  call<Sizes>('PUT', `/selections/${id}/ticks`, customers ? { ticked, customers } : { ticked });
export const dropMember = (id: number, customer: number) =>
  call<Sizes>('DELETE', `/selections/${id}/customers/${customer}`);
export const narrow = (id: number, tree: SegmentTree) =>
  call<{ id: number }>('POST', `/selections/${id}/narrowings`, { tree });
export const getCost = (id: number, asked: Asked, signal?: AbortSignal) =>
  call<Cost>('POST', `/selections/${id}/cost`, asked, signal);
export const begin = (id: number, asked: Asked, token: string) =>
  call<{ run: number }>('POST', `/selections/${id}/actions`, { ...asked, token });

/** A token of this asking: however often the button is pressed, it is done once. */
export const newToken = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
