import { signal } from '@preact/signals';
import { type PlotKind, plotKinds } from '../../plot/kinds.ts';
import { scheduleCommand } from '../command-line.ts';
import { CHIP_FILE, nameOf } from '../configuration.ts';
import { Choice, Command } from '../controls.tsx';
import { saveChip, savePlot, saveReport, saveTrace } from '../files.ts';
import { saveResult } from '../save.ts';
import { activeSchedule, configuration } from '../state.ts';

const plot = signal<PlotKind>('timeline');
/** Why a file could not be made. */
const failure = signal<string | undefined>(undefined);

/** What can be taken away: files, the command line, a link. */
export function ExportPanel() {
  const told = activeSchedule.value;
  const answer = told !== undefined && 'answer' in told ? told.answer : undefined;
  const { model } = configuration.value;
  return (
    <section class="panel" aria-labelledby="export-title">
      <h2 id="export-title">Take it with you</h2>
      <p>The same on the command line:</p>
      <Command id="command" line={scheduleCommand(configuration.value)} />
      <div class="buttons">
        <button type="button" onClick={() => navigator.clipboard.writeText(location.href)}>
          Copy link
        </button>
        {answer !== undefined && (
          <>
            <File
              name="JSON"
              make={() => saveResult(answer.schedule.model, { ...answer.schedule, chip: answer.chip })}
            />
            <File name="Report" make={() => saveReport(configuration.value)} />
            <File name="Trace" make={() => saveTrace(configuration.value)} />
            <File name={CHIP_FILE} make={() => saveChip(answer.chip, CHIP_FILE)} />
            <File name="SVG" make={() => savePlot(answer.timeline, plot.value)} />
          </>
        )}
      </div>
      <Choice
        id="plot"
        label="Drawn as SVG"
        value={plot.value}
        options={Object.fromEntries(plotKindNames.map((kind) => [kind, kind]))}
        onChange={(kind) => {
          plot.value = kind as PlotKind;
        }}
      />
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

/** Those that are drawn of what a schedule has. */
const plotKindNames = Object.keys(plotKinds).filter((kind) =>
  ['timeline', 'utilization', 'copies'].includes(plotKinds[kind as PlotKind].picture),
);

/** A button that makes a file. */
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
    <button type="button" onClick={click}>
      {name}
    </button>
  );
}
