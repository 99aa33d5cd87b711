// How the draft stands, in the words of the bar.
import { clock } from '../format';
import { t } from '../i18n';
import type { DraftStatus } from './draft';

export function draftWords(status: DraftStatus): string {
  switch (status.kind) {
    case 'saved':
      return status.at ? t('Saved {time}', { time: clock(status.at) }) : t('Saved');
    case 'unsaved':
      return t('Not saved yet');
    case 'saving':
      return t('Saving…');
    case 'offline':
      return t('Not saved: no connection, kept in this browser');
    case 'refused':
      return t('Not saved: {message}', { message: status.message });
    case 'conflict':
      return t('Not saved: changed elsewhere');
  }
}
