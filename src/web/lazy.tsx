import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Something that is loaded when it is first shown. */
export function Lazy<Props extends object>({
  load,
  props,
}: {
  /** The same function, as long as it is the same thing. */
  readonly load: () => Promise<ComponentType<Props>>;
  readonly props: Props;
}) {
  const [state, setState] = useState<{ readonly Component?: ComponentType<Props>; readonly reason?: string }>(
    {},
  );
  useEffect(() => {
    load().then(
      (Component) => setState({ Component }),
      (error: unknown) => setState({ reason: String(error) }),
    );
  }, [load]);
  if (state.reason !== undefined) return <p class="failure">This part could not be loaded: {state.reason}</p>;
  return state.Component === undefined ? <p role="status">Loading …</p> : <state.Component {...props} />;
}
