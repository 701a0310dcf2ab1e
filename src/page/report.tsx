import { render } from 'preact';

/** The page of a report. */
function Report() {
  return <h1>clsa-cim</h1>;
}

render(<Report />, document.body);
