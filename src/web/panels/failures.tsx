import type { Failure } from '../protocol.ts';
import { SIDE_NAMES } from '../sides.ts';
import { schedules } from '../state.ts';

/** What is wrong with what is asked, as the command line says it. What was shown before stays. */
export function Failures() {
  const { value } = schedules;
  return (
    <div role="alert" id="failures">
      {value.map(
        (told, i) =>
          'failure' in told && (
            <FailureText
              key={SIDE_NAMES[i]}
              failure={told.failure}
              side={value.length > 1 ? SIDE_NAMES[i] : undefined}
            />
          ),
      )}
    </div>
  );
}

/** One line for each mistake. */
export function FailureText({
  failure,
  side,
}: {
  readonly failure: Failure;
  readonly side?: string | undefined;
}) {
  return (
    <ul class="failure">
      {failure.messages.map((message) => (
        <li key={message}>
          {side !== undefined && <b>{side}: </b>}
          {message}
        </li>
      ))}
    </ul>
  );
}
