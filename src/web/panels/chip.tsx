import { architecturePresets } from '../../architecture/presets.ts';
import { Choice } from '../controls.tsx';
import { change, configuration } from '../state.ts';

const OWN = 'own';

/** Which chip: a preset, or one with fields changed. */
export function ChipPanel() {
  const { arch, chip } = configuration.value;
  return (
    <section class="panel" aria-labelledby="chip-title">
      <h2 id="chip-title">Chip</h2>
      <Choice
        id="arch"
        label="Architecture"
        value={chip === undefined ? arch : OWN}
        options={{
          ...Object.fromEntries(architecturePresets.map(({ name }) => [name, name])),
          ...(chip !== undefined && { [OWN]: `changed from ${arch}` }),
        }}
        onChange={(value) => {
          if (value !== OWN) change({ arch: value, chip: undefined });
        }}
      />
    </section>
  );
}
