import type { ComponentChildren } from 'preact';

/** A list to choose from. */
export function Choice(props: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** What it may be, each with its name for people. */
  readonly options: Readonly<Record<string, string>>;
  readonly onChange: (value: string) => void;
}) {
  const { id, label, value, options, onChange } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {Object.entries(options).map(([key, name]) => (
          <option key={key} value={key} selected={key === value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Where a slider may stop: everywhere between two numbers, or at some numbers only. */
type Stops = { readonly least: number; readonly most: number } | { readonly steps: readonly number[] };

/** A number to drag, and beside it to type. */
export function Slider(
  props: Stops & {
    readonly id: string;
    readonly label: string;
    readonly value: number;
    readonly isDisabled?: boolean;
    readonly onInput: (value: number) => void;
  },
) {
  const { id, label, value, isDisabled = false, onInput } = props;
  const range =
    'steps' in props
      ? { min: 0, max: props.steps.length - 1, value: nearest(props.steps, value) }
      : { min: props.least, max: Math.max(props.most, value), value };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="slider">
        <input
          type="range"
          aria-label={`${label}, slider`}
          aria-valuetext={String(value)}
          step="1"
          {...range}
          disabled={isDisabled}
          onInput={({ currentTarget: { valueAsNumber } }) =>
            onInput('steps' in props ? props.steps[valueAsNumber]! : valueAsNumber)
          }
        />
        <input
          id={id}
          type="number"
          min={'steps' in props ? 1 : props.least}
          step="1"
          value={value}
          disabled={isDisabled}
          onChange={({ currentTarget }) => {
            const { valueAsNumber } = currentTarget;
            const least = 'steps' in props ? 1 : props.least;
            if (Number.isSafeInteger(valueAsNumber) && valueAsNumber >= least) onInput(valueAsNumber);
            else currentTarget.value = String(value);
          }}
        />
      </div>
    </div>
  );
}

function nearest(steps: readonly number[], value: number): number {
  let best = 0;
  steps.forEach((step, i) => {
    if (Math.abs(step - value) < Math.abs(steps[best]! - value)) best = i;
  });
  return best;
}

/** What may be wider than the page: it scrolls by itself, by keyboard too. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll what has the focus
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** A command line to copy. */
export function Command({ id, line }: { readonly id?: string; readonly line: string }) {
  return (
    <div class="command">
      <code id={id}>{line}</code>
      <button type="button" onClick={() => navigator.clipboard.writeText(line)}>
        Copy
      </button>
    </div>
  );
}
