import { scheduleCommand } from '../command-line.ts';
import { nameOf } from '../configuration.ts';
import { Command } from '../controls.tsx';
import { saveResult } from '../save.ts';
import { activeSchedule, configuration } from '../state.ts';

/** What can be taken away: files, the command line, a link. */
export function ExportPanel() {
  const told = activeSchedule.value;
  const answer = told !== undefined && 'answer' in told ? told.answer : undefined;
  const { model } = configuration.value;
  const command = scheduleCommand(configuration.value);
  return (
    <section class="panel" aria-labelledby="export-title">
      <h2 id="export-title">Take it with you</h2>
      <p>The same on the command line:</p>
      <Command id="command" line={command} />
      <div class="buttons">
        <button type="button" onClick={() => navigator.clipboard.writeText(location.href)}>
          Copy link
        </button>
        <button
          type="button"
          disabled={answer === undefined}
          onClick={() => {
            const { schedule, chip } = answer!;
            saveResult(schedule.model, { ...schedule, chip });
          }}
        >
          JSON
        </button>
      </div>
      {'file' in model && (
        <p>A link holds the chip and the options, but not {nameOf(model)}: files stay on this machine.</p>
      )}
    </section>
  );
}
