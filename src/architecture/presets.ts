import { frozenCopy } from '../input/user-function.ts';
import type { OneSizeArchitecture } from './architecture.ts';

/** The chip of the paper that this tool reproduces; the default. */
export const paper = frozenCopy<OneSizeArchitecture>({
  name: 'paper',
  description:
    'The architecture of the CLSA-CIM case study: RRAM crossbars of 256 x 256, one cell per weight, the ' +
    'whole MVM one cycle of 1400 ns. The number of PEs is open: every network gets its minimum and what ' +
    'the user adds. The bit widths are nominal, chosen such that one cell holds one weight; with the MVM ' +
    'latency given, they change no result.',
  source:
    'R. Pelke et al., CLSA-CIM: A Cross-Layer Scheduling Approach for Computing-in-Memory Architectures, ' +
    'DATE 2024, arXiv 2401.07671, section on results (crossbar size and MVM latency).',
  crossbarRows: 256,
  crossbarColumns: 256,
  weightBits: 8,
  cellBits: 8,
  differentialPairs: false,
  activationBits: 8,
  dacBits: 8,
  mvmLatencyNs: 1400,
});

const isaac = frozenCopy<OneSizeArchitecture>({
  name: 'isaac',
  description:
    'ISAAC-CE, one chip: 168 tiles of 12 IMAs of 8 crossbars, which makes 16128 PEs of 128 x 128. A 16-bit ' +
    'weight takes 8 columns of 2-bit cells; signs are a bias in the weights, not differential pairs. An ' +
    'MVM is 16 reads of one input bit, 100 ns each. Simplified: the column of every crossbar that sums up ' +
    'the inputs is not counted, and of the 22-cycle pipeline of a tile only the 16 reads, which repeat ' +
    'for every MVM, are time. The tiles make a mesh of 14 x 12, and every one has a router of its own; in ' +
    'ISAAC four share one. The eDRAM of a tile is the input buffer, results wait elsewhere. One HyperTransport ' +
    'link of 6.4 GB/s is the port to the outside. Figures without a source (cycles per hop, GPEU, DACs, cells) ' +
    'are left out, so that they cost nothing.',
  source:
    'A. Shafiee et al., ISAAC: A Convolutional Neural Network Accelerator with In-Situ Analog Arithmetic ' +
    'in Crossbars, ISCA 2016: encoding, pipeline and the table of parameters. Crossbars, bits and read time ' +
    'agree with the ISAAC-like model of the RAELLA authors (mit-emze/raella); the 168 tiles are quoted, and so ' +
    'are the mesh, its links of 32 bits at 1 GHz and the 64 KB of eDRAM, of which that model has the same size. ' +
    'Energies and areas as in the ISAAC components of those authors (hwcomponents-library): 1.667 pJ for one of ' +
    '16 x 128 conversions (16 mW for 8 ADCs at 1.2 GS/s), 20.45 pJ for 256 bits of eDRAM, 20.74 pJ for 256 bits ' +
    'through a router, eDRAM 0.083 mm², router 0.15 mm² for four tiles. Bandwidth of the link: as quoted in the ' +
    'constants of puma-simulator.',
  crossbarRows: 128,
  crossbarColumns: 128,
  weightBits: 16,
  cellBits: 2,
  differentialPairs: false,
  activationBits: 16,
  dacBits: 1,
  readLatencyNs: 100,
  pes: 168 * 12 * 8,
  chip: {
    clockNs: 1,
    meshRows: 12,
    meshColumns: 14,
    pesPerTile: 12 * 8,
    linkBitsPerCycle: 32,
    inputBufferBytes: 64 * 1024,
    offChipBitsPerCycle: 51,
    adcEnergyPj: 16 * 128 * 1.667,
    bufferReadEnergyPjPerBit: 20.45 / 256,
    bufferWriteEnergyPjPerBit: 20.45 / 256,
    hopEnergyPjPerBit: 20.74 / 256,
    bufferAreaMm2: 0.083,
    routerAreaMm2: 0.15 / 4,
  },
});

const puma = frozenCopy<OneSizeArchitecture>({
  name: 'puma',
  description:
    'PUMA, one node: 138 tiles of 8 cores of 2 MVMUs, which makes 2208 PEs. A PE is an MVMU of 128 x 128 ' +
    'weights: 8 physical crossbars of 128 x 128 with 2-bit cells work together on 16-bit weights, and stand ' +
    'here as one of 128 rows and 8 x 128 columns. 2304 ns is (16 + 2) x 128 cycles at 1 GHz: 16 input ' +
    'bits and 2 more stages of the pipeline, 128 columns one after the other through an ADC. Simplified: ' +
    'all MVMUs work at the same time, and loads and stores cost no time. The shape of the network is assumed: ' +
    '12 x 12 is the smallest square that holds 138 tiles, and every tile has a router of its own, where PUMA has ' +
    'a concentrated mesh of four tiles a router. The vector units of the 8 cores of a tile stand together as its ' +
    'GPEU. The 64 KB of shared memory of a tile are the input buffer, results wait elsewhere. Figures without a ' +
    'source are left out, so that they cost nothing.',
  source:
    'A. Ankit et al., PUMA: A Programmable Ultra-efficient Memristor-based Accelerator for Machine Learning ' +
    'Inference, ASPLOS 2019, arXiv 1901.10351. MVM latency: wiki of the authors’ puma-simulator, page ' +
    'PUMA-Core; bits and crossbar size: its configuration. The numbers of tiles, cores and MVMUs are quoted ' +
    'from the table of hardware characteristics without having been checked against it. Vector instructions: ' +
    'the same page of the wiki, 128 cycles for 128 values and 384 for a transcendental function. Cycle time, ' +
    '32-bit flits, shared memory, HyperTransport of 6.4 GB/s, 17.2 pJ for 256 bits of eDRAM and its 0.086 mm²: ' +
    'configuration and constants of puma-simulator.',
  crossbarRows: 128,
  crossbarColumns: 8 * 128,
  weightBits: 16,
  cellBits: 2,
  differentialPairs: false,
  activationBits: 16,
  dacBits: 1,
  mvmLatencyNs: 2304,
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

const raella = frozenCopy<OneSizeArchitecture>({
  name: 'raella',
  description:
    'RAELLA-like: crossbars of 512 x 512 2T2R cells, 8-bit weights in 3 columns. An MVM is 11 reads of ' +
    '100 ns, 3 of speculation and 8 of recovery. Simplified: RAELLA chooses the slicing for every layer, ' +
    'mostly 4, 2 and 2 bits, and cellBits 3 stands for the 3 columns that this takes; a 2T2R cell holds both ' +
    'signs in one column, hence no differential pairs; dacBits is the widest slice of an input. The ' +
    'number of PEs is open: the authors scale it to an area (their published model takes 32 tiles x 8 ' +
    'x 4 crossbars, pes 1024). So is the network between tiles: add a mesh to simulate one.',
  source:
    'T. Andrulis, J. Emer, V. Sze, RAELLA: Reforming the Arithmetic for Efficient, Low-Resolution, and ' +
    'Low-Loss Analog PIM: No Retraining Required!, ISCA 2023, arXiv 2304.07935; figures as in the authors’ ' +
    'model mit-emze/raella, workspace/models/raella/variables.yaml. Its eDRAM and its routers are those of ' +
    'ISAAC there (arch.yaml): 20.45 and 20.74 pJ for 256 bits.',
  crossbarRows: 512,
  crossbarColumns: 512,
  weightBits: 8,
  cellBits: 3,
  differentialPairs: false,
  activationBits: 8,
  dacBits: 4,
  mvmLatencyNs: 1100,
  chip: {
    clockNs: 1,
    bufferReadEnergyPjPerBit: 20.45 / 256,
    bufferWriteEnergyPjPerBit: 20.45 / 256,
    hopEnergyPjPerBit: 20.74 / 256,
  },
});

/** Published architectures, the default first; `source` and `description` say where the numbers are from. */
export const architecturePresets: readonly OneSizeArchitecture[] = [paper, isaac, puma, raella];

/** The preset of this name, in upper or lower case; undefined where there is none. */
export function findPreset(name: string): OneSizeArchitecture | undefined {
  return architecturePresets.find((preset) => preset.name === name.toLowerCase());
}
