/** What assembly/index.ts exports; its docstrings say what each does. Addresses are 32 bits, signed. */
export interface EngineExports extends Record<string, unknown> {
  readonly memory: WebAssembly.Memory;
  reserve(words: number): number;
  isExhausted(): number;
  usedBytes(): number;

  analyse(words: number): number;
  hasTooManySources(): number;
  schedule(wide: boolean): number;
  timesOf(layer: number): number;
  openUpdates(wide: boolean): void;
  setCopies(layer: number, copies: number): void;
  setTail(layer: number, cycles: number): void;
  update(wide: boolean, limit: number): number;
  undo(wide: boolean): void;

  reserveTurns(words: number): number;
  openTurns(turns: number, wide: boolean): void;
  scheduleGroup(inferences: number, isFirst: boolean, limit: number): number;
  restartWriter(): void;
  writerState(): number;
  writingCycles(): number;
  forgetSlice(slice: number): void;
  roundCycles(first: number, end: number, isWritten: boolean, limit: number): number;

  prepareSimulation(words: number): number;
  beginSimulation(words: number): number;
  playSimulation(rounds: number, limit: number): number;
  growInput(): number;
  isStuck(): number;
  explainDeadlock(): number;

  multiplyDigits(product: number, count: number): void;
  multiplyNoisy(product: number, count: number): void;
  programBlock(product: number, block: number, first: number, length: number): void;

  multiply(
    x: number,
    xStride: number,
    n: number,
    w: number,
    wStride: number,
    rows: number,
    columns: number,
    sums: number,
    shift: number,
    partial: number,
  ): void;
  multiplyChannels(
    x: number,
    xStride: number,
    n: number,
    w: number,
    tapStride: number,
    taps: number,
    channels: number,
    sums: number,
    shift: number,
  ): void;

  multiplyExactly(
    x: number,
    w: number,
    wStride: number,
    rows: number,
    columns: number,
    sums: number,
    partial: number,
  ): void;
  multiplyChannelsExactly(
    x: number,
    w: number,
    tapStride: number,
    taps: number,
    channels: number,
    sums: number,
  ): void;

  applyUnary(kind: number, out: number, x: number, count: number, a: number, b: number): void;
  applyBinary(
    kind: number,
    out: number,
    x: number,
    xStep: number,
    y: number,
    yStep: number,
    count: number,
  ): void;
  multiplyAdd(
    out: number,
    x: number,
    factor: number,
    factorStep: number,
    shift: number,
    shiftStep: number,
    count: number,
  ): void;
  softmaxRow(out: number, x: number, count: number): void;
  normaliseRow(
    out: number,
    x: number,
    count: number,
    epsilon: number,
    isCentred: boolean,
    scale: number,
    scaleStep: number,
    shift: number,
    shiftStep: number,
  ): void;
  poolChannels(
    kind: number,
    out: number,
    places: number,
    count: number,
    channels: number,
    divisor: number,
  ): void;
  multiplyActivations(
    out: number,
    x: number,
    xStride: number,
    y: number,
    yStride: number,
    yStep: number,
    length: number,
    count: number,
    factor: number,
  ): void;
}
