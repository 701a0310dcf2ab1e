import { signal } from '@preact/signals';
import { integer, shortName } from '../../report/table.ts';
import { zoo } from '../../zoo/zoo.ts';
import { NumberField } from '../controls.tsx';
import { activeSchedule, change, chooseFile, chooseZoo, configuration, notice } from '../state.ts';

const FILE = 'file';
const isOver = signal(false);

/** Which network: one of the zoo, or a file that is dropped or chosen. */
export function ModelPanel() {
  const { model } = configuration.value;
  return (
    <section class="panel" aria-labelledby="model-title">
      <h2 id="model-title">Model</h2>
      <label class="field">
        <span>Network</span>
        <select
          id="model"
          value={'zoo' in model ? model.zoo : FILE}
          onChange={({ currentTarget }) => {
            if (currentTarget.value !== FILE) chooseZoo(currentTarget.value);
          }}
        >
          {!('zoo' in model) && <option value={FILE}>{model.file.name}</option>}
          {zoo.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class={isOver.value ? 'drop over' : 'drop'}>
        Drop a model file on this page, or choose one: ONNX, Darknet .cfg, Keras or TF.js JSON
        <input
          type="file"
          id="file"
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            // The same file again is a change, too.
            currentTarget.value = '';
          }}
        />
      </label>
      <Dims />
    </section>
  );
}

// Anywhere on the page: a browser opens a file that nobody takes in place of the page.
addEventListener('dragover', (event) => {
  if (event.dataTransfer?.types.includes('Files') !== true) return;
  event.preventDefault();
  isOver.value = true;
});
addEventListener('dragleave', ({ relatedTarget }) => {
  if (relatedTarget === null) isOver.value = false;
});
addEventListener('drop', (event) => {
  if (event.dataTransfer?.types.includes('Files') !== true) return;
  event.preventDefault();
  isOver.value = false;
  take(event.dataTransfer.files);
});

function take(files: FileList | null): void {
  const file = files?.[0];
  if (file === undefined) return;
  chooseFile(file);
  if (files!.length > 1) {
    notice.value = `A model is one file: of ${integer(files!.length)} only ${shortName(file.name)} was taken.`;
  }
}

/** Sizes that the model leaves open: those of the zoo have one already. */
function Dims() {
  const { dims, model, batchAxis, allowUnknown } = configuration.value;
  const open = openDims();
  return (
    <>
      {Object.entries(open).map(([name, example]) => (
        <NumberField
          key={name}
          label={name}
          id={`dim-${name}`}
          least={1}
          value={dims[name]}
          placeholder={String(example)}
          onChange={(size) => {
            const { [name]: _, ...others } = dims;
            change({ dims: size === undefined ? others : { ...others, [name]: size } });
          }}
        />
      ))}
      {'file' in model && (
        <details>
          <summary>What the file leaves open</summary>
          <label>
            <input
              type="checkbox"
              checked={batchAxis}
              onChange={({ currentTarget }) => change({ batchAxis: currentTarget.checked })}
            />
            Axis 0 of an input of rank 2 is a batch
          </label>
          <label>
            <input
              type="checkbox"
              checked={allowUnknown}
              onChange={({ currentTarget }) => change({ allowUnknown: currentTarget.checked })}
            />
            Take unknown operators as element-wise
          </label>
        </details>
      )}
    </>
  );
}

/** Dimensions with their sizes, or with examples of these. */
function openDims(): Readonly<Record<string, number>> {
  const { model, dims } = configuration.value;
  if ('zoo' in model) {
    const entry = zoo.find(({ name }) => name === model.zoo);
    return Object.fromEntries(Object.entries(entry?.dims ?? {}).map(([name, size]) => [name, size.default]));
  }
  const told = activeSchedule.value;
  const open = told !== undefined && 'failure' in told ? (told.failure.dims ?? {}) : {};
  return { ...dims, ...open };
}
