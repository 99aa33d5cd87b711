// Two or three choices side by side: radio buttons that look like one control.
import { useId } from 'react';

type Props<T extends string> = {
  label: string;
  labelledBy?: string;
  value: T | null;
  choices: readonly { key: T; title: string }[];
  onChange: (value: T) => void;
  small?: boolean;
  wide?: boolean;
};

export function Segmented<T extends string>(props: Props<T>) {
  const name = useId();
  return (
    <div
      className={`seg cv-seg${props.small ? ' seg-sm' : ''}${props.wide ? ' cv-wide' : ''}`}
      role="radiogroup"
      aria-label={props.labelledBy ? undefined : props.label}
      aria-labelledby={props.labelledBy}
    >
      {props.choices.map((choice) => (
        <label key={choice.key} className={choice.key === props.value ? 'on' : ''}>
          <input
            type="radio"
            name={name}
            checked={choice.key === props.value}
            onChange={() => props.onChange(choice.key)}
          />
          {choice.title}
        </label>
      ))}
    </div>
  );
}
