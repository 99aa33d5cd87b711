// The whole tree as a sentence: the thing that people check.
import { createElement, Fragment } from 'react';
import type { SentencePart } from '../api';
import { Icon } from '../ui/Icon';

export function Sentence({ parts, old }: { parts: SentencePart[]; old: boolean }) {
  return (
    <div className={old ? 'says cv-old' : 'says'}>
      <Icon name="quote" />
      <p>
        <Said parts={parts} />
      </p>
    </div>
  );
}

/** A sentence in which values and the words that join them stand out. */
export function Said({ parts }: { parts: SentencePart[] }) {
  const shown = {
    plain: (text: string) => text,
    value: (text: string) => <b>{text}</b>,
    joint: (text: string) => <i>{text}</i>,
  };
  // Spread, not listed: parts have no names to keep them by, and a sentence is drawn anew as a whole.
  return createElement(Fragment, null, ...parts.map((part) => shown[part.kind](part.text)));
}
