import { signal } from '@preact/signals';
import { architecturePresets } from '../../architecture/presets.ts';
import { chipFieldsOf, fieldValue, withFields } from '../chip-fields.ts';
import { Choice, Slider } from '../controls.tsx';
import { Lazy } from '../lazy.tsx';
import { change, configuration } from '../state.ts';

const OWN = 'own';
const SIDES = [16, 32, 64, 128, 256, 512, 1024, 2048];
const LINK_BITS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const LINK = 'chip.linkBitsPerCycle';

/** How all fields are shown: not at all, in a form, or as the text of a file. */
const shown = signal<'none' | 'form' | 'yaml'>('none');

const form = () => import('./chip-form.tsx').then(({ ChipForm }) => ChipForm);
const editor = () => import('../editor/chip-editor.tsx').then(({ ChipEditor }) => ChipEditor);

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
      <Sliders />
      <Choice
        id="fields"
        label="All fields"
        value={shown.value}
        options={{ none: 'hidden', form: 'in a form', yaml: 'as YAML' }}
        onChange={(value) => {
          shown.value = value as 'form';
        }}
      />
    </section>
  );
}

/** All fields of the chip, where there is more space. */
export function ChipFieldsPanel() {
  if (shown.value === 'none') return null;
  return (
    <section class="panel" aria-label="All fields of the chip">
      {shown.value === 'form' ? (
        <Lazy key="form" load={form} props={{}} />
      ) : (
        <Lazy key="yaml" load={editor} props={{}} />
      )}
    </section>
  );
}

/** What is changed most. */
function Sliders() {
  const fields = chipFieldsOf(configuration.value);
  const rows = fieldValue(fields, 'crossbarRows');
  const columns = fieldValue(fields, 'crossbarColumns');
  const isMixed = fieldValue(fields, 'crossbars') !== undefined;
  const link = fieldValue(fields, LINK);
  const hasMesh = ['chip.meshRows', 'chip.links'].some((name) => fieldValue(fields, name) !== undefined);
  return (
    <>
      <Slider
        id="crossbar"
        label="Crossbar size"
        value={typeof rows === 'number' ? rows : undefined}
        none={isMixed ? 'several' : 'none'}
        steps={SIDES}
        isDisabled={isMixed}
        hint={
          rows === columns || isMixed
            ? undefined
            : `${rows} rows of ${columns} columns; dragging makes it square`
        }
        onInput={(side) => {
          if (side !== undefined) {
            change({ chip: withFields(configuration.value, { crossbarRows: side, crossbarColumns: side }) });
          }
        }}
      />
      <Slider
        id="link"
        label="Bits of a link per cycle"
        value={typeof link === 'number' ? link : undefined}
        none="no limit"
        steps={LINK_BITS}
        isDisabled={!hasMesh}
        hint={
          hasMesh
            ? undefined
            : 'This chip has no mesh: nothing moves. Give it one with All fields, or take isaac.'
        }
        onInput={(bits) => change({ chip: withFields(configuration.value, { [LINK]: bits ?? null }) })}
      />
    </>
  );
}
