// An icon of the sprite that the pages serve.

export function Icon({ name, size = 16 }: { name: string; size?: 14 | 16 | 18 | 20 }) {
  return (
    <svg className={size === 16 ? 'i' : `i i-${size}`} aria-hidden="true">
      <use href={`/static/icons.svg#${name}`} />
    </svg>
  );
}
