import { signal } from '@preact/signals';
import type { PlotKind } from '../../plot/kinds.ts';
import { nameOf } from '../configuration.ts';
import { Choice, Command } from '../controls.tsx';
import { makingFile } from '../files.ts';
import { offered, offeredPlots } from '../offers.ts';
import { configuration } from '../state.ts';

const chosenPlot = signal<PlotKind>('timeline');
/** Why a file could not be made. */
const failure = signal<string | undefined>(undefined);

/** What can be taken away of what is shown: files, the command line, a link. */
export function ExportPanel() {
  const { command, files, plot } = offered();
  const { model } = configuration.value;
  return (
    <section class="panel" aria-labelledby="export-title">
      <h2 id="export-title">Take it with you</h2>
      <p>The same on the command line:</p>
      <Command id="command" line={command} />
      <div class="buttons">
        <button type="button" onClick={() => navigator.clipboard.writeText(location.href)}>
          Copy link
        </button>
        {Object.entries(files).map(([name, make]) => (
          <File key={name} name={name} make={make} />
        ))}
      </div>
      {plot !== undefined && <Plots plot={plot} />}
      {makingFile.value !== undefined && <p role="status">Making the file …</p>}
      {failure.value !== undefined && (
        <p role="alert" class="failure">
          {failure.value}
        </p>
      )}
      {'file' in model && (
        <p>A link holds the chip and the options, but not {nameOf(model)}: files stay on this machine.</p>
      )}
    </section>
  );
}

/** Which plot, and a button that draws it. */
function Plots({ plot }: { readonly plot: (kind: PlotKind) => Promise<void> }) {
  const kinds = offeredPlots();
  const kind = kinds.includes(chosenPlot.value) ? chosenPlot.value : kinds[0]!;
  return (
    <div class="buttons">
      <Choice
        id="plot"
        label="Drawn for a paper"
        value={kind}
        options={Object.fromEntries(kinds.map((name) => [name, name]))}
        onChange={(name) => {
          chosenPlot.value = name as PlotKind;
        }}
      />
      <File name="SVG" make={() => plot(kind)} />
    </div>
  );
}

/** A button that makes a file: one at a time. */
function File({ name, make }: { readonly name: string; readonly make: () => void | Promise<void> }) {
  const click = async () => {
    failure.value = undefined;
    try {
      await make();
    } catch (error) {
      failure.value = `${name} could not be made: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return (
    <button type="button" disabled={makingFile.value !== undefined} onClick={click}>
      {name}
    </button>
  );
}
