import { expect, test } from 'vitest';
import { scheduleCommand, simulateCommand } from '../../src/web/command-line.ts';
import { type Configuration, first } from '../../src/web/configuration.ts';
import { linkOf, readLink } from '../../src/web/link.ts';
import { runSchedule } from '../../src/web/tasks/run.ts';

const asked: Configuration = {
  ...first,
  ...{ duplication: 'tried', batch: 4, group: 2, reload: 'barrier', rounds: 'auto', spill: false },
};

test('a link holds what only simulations know, too', () => {
  const read = readLink(linkOf({ configurations: [asked], view: 'simulate' }));
  expect(read).toEqual({ configurations: [asked], view: 'simulate' });
  expect(linkOf({ configurations: [first], view: 'schedule' })).not.toContain('spill');
  expect(readLink('#no-spill=maybe')).toBeUndefined();
});

test('a link and a command say that values may always spill', () => {
  const always: Configuration = { ...first, spill: 'always' };
  expect(readLink(linkOf({ configurations: [always], view: 'simulate' }))?.configurations).toEqual([always]);
  expect(readLink('#spill=sometimes')).toBeUndefined();
  expect(simulateCommand(always, false)).toBe('clsa-cim simulate tinyyolov4 --extra-pes 32 --spill always');
});

test('the command of a simulation says all that it depends on, that of a schedule what it knows', () => {
  const turns = '--batch 4 --group 2 --reload barrier --rounds auto';
  expect(simulateCommand(asked, false)).toBe(
    `clsa-cim simulate tinyyolov4 --extra-pes 32 --duplication tried ${turns} --no-spill`,
  );
  expect(scheduleCommand(asked)).toBe(`clsa-cim schedule tinyyolov4 --extra-pes 32 ${turns}`);
  expect(simulateCommand(first, true)).toBe('clsa-cim simulate tinyyolov4 --extra-pes 32 --explain');
});

test('copies that are tried are greedy ones in a schedule', async () => {
  const row: Configuration = { ...first, granularity: 'row' };
  const tried = await runSchedule({ ...row, duplication: 'tried' });
  const greedy = await runSchedule({ ...row, duplication: 'greedy' });
  expect(tried.detailed.cycles).toBe(greedy.detailed.cycles);
});
