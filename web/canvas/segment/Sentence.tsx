// The whole tree as a sentence: the thing that people check.
import { Icon } from '../ui/Icon';

export function Sentence({ text, old }: { text: string; old: boolean }) {
  return (
    <div className={old ? 'says cv-old' : 'says'}>
      <Icon name="quote" />
      <p>{text}</p>
    </div>
  );
}
