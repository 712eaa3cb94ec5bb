/** What changed between two versions, an item each. */
import * as React from 'react';
import { Sentence } from './react';

export function ChangeItems(props: {
  changes: readonly string[];
}): JSX.Element {
  return (
    <>
      {props.changes.map(change => (
        <li key={change}>
          <Sentence text={change} />
        </li>
      ))}
    </>
  );
}
