import { frozenCopy } from '../../input/user-function.ts';
import type { OneSizeArchitecture } from '../architecture.ts';

/** Operations of one MVM of a macro: a multiplication and an addition for each of its weights. */
const OPERATIONS = 2 * 256 * 64;

/** 64 digital SRAM macros of 256 x 64 weights, which are soon written and hold little. */
export const sramDcim = frozenCopy<OneSizeArchitecture>({
  name: 'sram-dcim',
  description:
    'A small chip of digital SRAM macros: 64 macros of 64 kb, as TSMC made one in 22 nm. A PE is a macro of 256 rows ' +
    'and 256 columns of one bit, 256 x 64 weights of 4 bits; inputs come bit by bit. 3.3 TOPS at 4 x 4 bits are an ' +
    'MVM in 9.93 ns, 2.48 ns for each input bit. weightBits 8 and activationBits 8 are as legal: half as many weights, ' +
    'twice the time. MVMs do not overlap, since the throughput is that of the macro already. Assumed, since only one ' +
    'macro is published: that there are 64 of them, that a row is written in the time of one input bit, and that one ' +
    'macro is written at a time, over a bus of one row, which is 12.9 GB/s. SRAM cells do not wear out.',
  source:
    'Y.-D. Chih et al., An 89TOPS/W and 16.3TOPS/mm² All-Digital SRAM-Based Full-Precision Compute-In Memory ' +
    'Macro in 22nm for Machine-Learning Edge Applications, ISSCC 2021. The 89 TOPS/W (368 pJ per MVM) are in its title, ' +
    'and so is what 3.3 TOPS on 0.202 mm² come to; these two and the size of the array are quoted without having ' +
    'been checked against the paper.',
  crossbarRows: 256,
  crossbarColumns: 256,
  weightBits: 4,
  cellBits: 1,
  differentialPairs: false,
  activationBits: 4,
  dacBits: 1,
  readLatencyNs: 2.48,
  rowWriteNs: 2.48,
  parallelWrites: 1,
  pes: 64,
  chip: {
    mvmEnergyPj: OPERATIONS / 89,
    peAreaMm2: 0.202,
  },
});
