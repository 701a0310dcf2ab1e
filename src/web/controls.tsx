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

/** A number to drag, and beside it to type. Where it may be left out, that is the last stop. */
export function Slider(
  props: Stops & {
    readonly id: string;
    readonly label: string;
    readonly value: number | undefined;
    /** What it is where there is no number; left out, there always is one. */
    readonly none?: string;
    readonly isDisabled?: boolean;
    /** What there is to know about it now. */
    readonly hint?: string | undefined;
    readonly onInput: (value: number | undefined) => void;
  },
) {
  const { id, label, value, none, isDisabled = false, hint, onInput } = props;
  const stops = stopsOf(props);
  const least = 'steps' in props ? 1 : props.least;
  const type = (input: HTMLInputElement) => {
    const { valueAsNumber } = input;
    if (Number.isSafeInteger(valueAsNumber) && valueAsNumber >= least) onInput(valueAsNumber);
    else if (input.value === '' && none !== undefined) onInput(undefined);
    else input.value = String(value ?? '');
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="slider">
        <input
          type="range"
          aria-label={`${label}, slider`}
          aria-valuetext={value === undefined ? none : String(value)}
          step="1"
          min={stops.min}
          max={stops.max}
          value={stops.at}
          disabled={isDisabled}
          onInput={({ currentTarget }) => onInput(stops.valueAt(currentTarget.valueAsNumber))}
        />
        <input
          id={id}
          type="number"
          min={least}
          step="1"
          value={value ?? ''}
          placeholder={none}
          disabled={isDisabled}
          onChange={({ currentTarget }) => type(currentTarget)}
        />
      </div>
      {hint !== undefined && <small class="hint">{hint}</small>}
    </div>
  );
}

/** Positions of a slider, and what they stand for. */
function stopsOf(props: Stops & { readonly value: number | undefined; readonly none?: string }) {
  const { value, none } = props;
  if (!('steps' in props)) {
    const max = Math.max(props.most, value ?? 0);
    return { min: props.least, max, at: value ?? max, valueAt: (at: number): number | undefined => at };
  }
  const { steps } = props;
  const max = none === undefined ? steps.length - 1 : steps.length;
  return {
    min: 0,
    max,
    at: value === undefined ? max : nearest(steps, value),
    valueAt: (at: number) => steps[at],
  };
}

function nearest(steps: readonly number[], value: number): number {
  let best = 0;
  steps.forEach((step, i) => {
    if (Math.abs(step - value) < Math.abs(steps[best]! - value)) best = i;
  });
  return best;
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
