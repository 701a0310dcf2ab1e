/** The domains that QONNX, Brevitas and FINN have had. */
const domains = [
  'qonnx.custom_op.general',
  'onnx.brevitas',
  'brevitas.onnx',
  'finn.custom_op.general',
  'finn',
];

/** What belongs to an operator, under the name that the operator has in each of their domains. */
export function ofQonnx<T>(name: string, value: T): Readonly<Record<string, T>> {
  return Object.fromEntries(domains.map((domain) => [`${domain}:${name}`, value]));
}
