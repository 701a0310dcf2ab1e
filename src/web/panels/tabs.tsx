import { type View, view, views } from '../state.ts';

const NAMES: Readonly<Record<View, string>> = {
  schedule: 'Schedule',
  simulate: 'Simulate',
  optimize: 'Optimize',
  sweep: 'Sweep',
};

/** What is shown below the figures; arrow keys go from one to the next. */
export function Tabs() {
  const go = (step: number) => {
    const next = views[(views.indexOf(view.value) + step + views.length) % views.length]!;
    view.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="What is shown">
      {views.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={view.value === name}
          aria-controls="view"
          tabIndex={view.value === name ? 0 : -1}
          onClick={() => {
            view.value = name;
          }}
          onKeyDown={({ key }) => {
            if (key === 'ArrowRight') go(1);
            if (key === 'ArrowLeft') go(-1);
          }}
        >
          {NAMES[name]}
        </button>
      ))}
    </div>
  );
}
