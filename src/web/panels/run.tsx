import type { Scheduling } from '../../schedule/scheduling.ts';
import type { Configuration, PolicyName } from '../configuration.ts';
import { Choice, NumberField, Slider } from '../controls.tsx';
import { activeSchedule, change, configuration } from '../state.ts';

/** How the network is mapped and scheduled. */
export function RunPanel() {
  const { duplication, scheduling, batch, group, rounds, reload, placement, spill } = configuration.value;
  const hasTurns = batch > 1 || rounds !== undefined || reload !== undefined || group !== undefined;
  return (
    <section class="panel" aria-labelledby="run-title">
      <h2 id="run-title">Run</h2>
      <Pes />
      <Choice
        id="duplication"
        label="Copies of weights"
        value={typeof duplication === 'object' ? 'found' : (duplication ?? '')}
        options={{
          '': 'greedy, on tiles tried',
          greedy: 'greedy',
          sum: 'sum',
          none: 'none',
          tried: 'tried (simulated)',
          ...(typeof duplication === 'object' ? { found: 'found by Optimize' } : {}),
        }}
        onChange={(value) => {
          if (value !== 'found') change({ duplication: value === '' ? undefined : (value as PolicyName) });
        }}
      />
      <Granularity />
      <Choice
        id="scheduling"
        label="Scheduling"
        value={scheduling}
        options={{ xinf: 'across layers', lbl: 'layer by layer' }}
        onChange={(value) =>
          change({ scheduling: value as Scheduling, ...(value === 'lbl' && { reload: undefined }) })
        }
      />
      <Slider
        id="batch"
        label="Batch"
        value={batch}
        steps={BATCHES}
        onInput={(value = 1) =>
          change({ batch: value, ...(group !== undefined && { group: Math.min(group, value) }) })
        }
      />
      <details open={hasTurns && rounds !== undefined}>
        <summary>Weights in turns, placement, full buffers</summary>
        <Choice
          id="rounds"
          label="Rounds"
          value={rounds ?? ''}
          options={{ '': 'only where weights do not fit', auto: 'auto: what is fastest', fewest: 'fewest' }}
          onChange={(value) => change({ rounds: value === '' ? undefined : (value as 'auto') })}
        />
        <Choice
          id="reload"
          label="Writing"
          value={reload ?? ''}
          options={{ '': 'rolling', barrier: 'barrier' }}
          onChange={(value) => change({ reload: value === '' ? undefined : 'barrier' })}
        />
        <NumberField
          label="Inferences of a group"
          id="group"
          least={1}
          value={group}
          placeholder="all"
          onChange={(value) => change({ group: value })}
        />
        <Choice
          id="placement"
          label="Placement (simulated)"
          value={placement}
          options={{ snake: 'snake', optimised: 'optimised' }}
          onChange={(value) => change({ placement: value as Configuration['placement'] })}
        />
        <Choice
          id="spill"
          label="What finds no room (simulated)"
          value={spill === false ? 'wait' : (spill ?? '')}
          options={{
            '': 'is stored off the chip if it has to',
            always: 'is stored off the chip',
            wait: 'waits',
          }}
          onChange={(value) => change({ spill: SPILL[value] })}
        />
      </details>
    </section>
  );
}

const SPILL: Readonly<Record<string, Configuration['spill']>> = { always: 'always', wait: false };

const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** How many PEs: beyond the minimum, in all, or as many as the chip has. */
function Pes() {
  const { extraPes, pes } = configuration.value;
  const told = activeSchedule.value;
  const minimum = told !== undefined && 'answer' in told ? told.answer.schedule.minimumPes : 256;
  const kind = extraPes !== undefined ? 'extra' : pes !== undefined ? 'all' : 'chip';
  return (
    <>
      <Choice
        id="pes-kind"
        label="PEs"
        value={kind}
        options={{ extra: 'minimum + extra', all: 'in all', chip: 'as the chip says' }}
        onChange={(value) =>
          change({
            extraPes: value === 'extra' ? 32 : undefined,
            pes: value === 'all' ? minimum + 32 : undefined,
          })
        }
      />
      {extraPes !== undefined && (
        <Slider
          id="extra-pes"
          label="Extra PEs"
          value={extraPes}
          least={0}
          most={Math.max(128, 2 ** Math.ceil(Math.log2(minimum)))}
          onInput={(value) => change({ extraPes: value ?? 0 })}
        />
      )}
      {pes !== undefined && (
        <Slider
          id="pes"
          label="PEs in all"
          value={pes}
          least={1}
          most={Math.max(256, 2 ** Math.ceil(Math.log2(minimum) + 1))}
          onInput={(value) => change({ pes: value ?? 1 })}
        />
      )}
    </>
  );
}

const BLOCK = /^(\d+)x(\d+)$/;

/** What is scheduled as one piece. */
function Granularity() {
  const { granularity } = configuration.value;
  const named = ['pixel', 'row', '2x2', '4x4', '8x8', '16x16'];
  const isOther = !named.includes(granularity);
  return (
    <Choice
      id="granularity"
      label="Granularity"
      value={granularity}
      options={Object.fromEntries(
        [...named, ...(isOther ? [granularity] : [])].map((name) => [name, blockName(name)]),
      )}
      onChange={(value) => change({ granularity: value })}
    />
  );
}

function blockName(name: string): string {
  const [, height, width] = BLOCK.exec(name) ?? [];
  return height === undefined ? name : `blocks of ${height} x ${width}`;
}
