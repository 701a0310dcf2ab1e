import { frozenCopy } from '../../input/user-function.ts';
import type { OneSizeArchitecture } from '../architecture.ts';

/** PUMA: 2208 crossbars of 128 x 128 weights, whose MVMs overlap. */
export const puma = frozenCopy<OneSizeArchitecture>({
  name: 'puma',
  description:
    'PUMA, one node: 138 tiles of 8 cores of 2 MVMUs, which makes 2208 PEs. A PE is an MVMU of 128 x 128 ' +
    'weights: 8 physical crossbars of 128 x 128 with 2-bit cells work together on 16-bit weights, and stand ' +
    'here as one of 128 rows and 8 x 128 columns. 2304 ns is (16 + 2) x 128 cycles at 1 GHz: 16 input ' +
    'bits and 2 more stages of the pipeline, 128 columns one after the other through an ADC. The next MVM begins ' +
    'after 1383 ns: 2208 MVMUs that start 128 x 128 multiplications and additions as often make the published 52.31 ' +
    'TOPS, of which one MVM at a time would be 31.4. Simplified: ' +
    'all MVMUs work at the same time, and loads and stores cost no time. The shape of the network is assumed: ' +
    '12 x 12 is the smallest square that holds 138 tiles, and every tile has a router of its own, where PUMA has ' +
    'a concentrated mesh of four tiles a router. The vector units of the 8 cores of a tile stand together as its ' +
    'GPEU. The 64 KB of shared memory of a tile are the input buffer, results wait elsewhere. Figures without a ' +
    'source are left out, so that they cost nothing. The 8 crossbars of a PE are written at the same time, in 10.97 µs, ' +
    'and that all PEs may be, is assumed.',
  source:
    'A. Ankit et al., PUMA: A Programmable Ultra-efficient Memristor-based Accelerator for Machine Learning ' +
    'Inference, ASPLOS 2019, arXiv 1901.10351. MVM latency: wiki of the authors’ puma-simulator, page ' +
    'PUMA-Core; bits and crossbar size: its configuration. The numbers of tiles, cores and MVMUs are quoted ' +
    'from the table of hardware characteristics without having been checked against it. Vector instructions: ' +
    'the same page of the wiki, 128 cycles for 128 values and 384 for a transcendental function. Cycle time, ' +
    '32-bit flits, shared memory, HyperTransport of 6.4 GB/s, 17.2 pJ for 256 bits of eDRAM and its 0.086 mm²: ' +
    'configuration and constants of puma-simulator; there, too, the time to write a whole crossbar, 351 µs / 32, and ' +
    'the energy, 676 nJ / 32 for each of the 8. Peak throughput: the same table of the paper, quoted as well. ' +
    'The 8 bits of an ADC: adc_res in the configuration; that columns are flipped as in ISAAC is assumed.',
  crossbarRows: 128,
  crossbarColumns: 8 * 128,
  weightBits: 16,
  cellBits: 2,
  differentialPairs: false,
  activationBits: 16,
  dacBits: 1,
  adcBits: 8,
  weightCoding: 'flipped',
  mvmLatencyNs: 2304,
  mvmIntervalNs: 1383,
  peWriteNs: 351_000 / 32,
  peWriteEnergyPj: (8 * 676_000) / 32,
  pes: 138 * 8 * 2,
  chip: {
    clockNs: 1,
    meshRows: 12,
    meshColumns: 12,
    pesPerTile: 8 * 2,
    linkBitsPerCycle: 32,
    inputBufferBytes: 64 * 1024,
    gpeuOperationsPerCycle: { Sigmoid: 8 / 3, Tanh: 8 / 3, default: 8 },
    offChipBitsPerCycle: 51,
    bufferReadEnergyPjPerBit: 17.2 / 256,
    bufferWriteEnergyPjPerBit: 17.2 / 256,
    bufferAreaMm2: 0.086,
  },
});
