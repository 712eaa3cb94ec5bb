/** One cell that differs: its source and its outputs as lines that came and went, its pictures side by side. */
import * as React from 'react';
import type { ComparedCell } from '../api/_generated';
import { useTrans } from '../ui/react';

export function ComparedCellView(props: { cell: ComparedCell }): JSX.Element {
  const trans = useTrans();
  const { cell } = props;
  const place = cell.step
    ? trans.__('cell %1 of %2', cell.index + 1, cell.step)
    : trans.__('cell %1', cell.index + 1);
  const title = {
    added: trans.__('Added: %1', place),
    removed: trans.__('Removed: %1', place),
    changed: trans.__('Changed: %1', place)
  }[cell.kind];
  return (
    <section className="jp-Promote-compared" aria-label={title}>
      <h2>{title}</h2>
      {cell.source && (
        <>
          <h3>{trans.__('Source')}</h3>
          <Diff text={cell.source} />
        </>
      )}
      {cell.outputs && (
        <>
          <h3>{trans.__('Outputs')}</h3>
          <Diff text={cell.outputs} />
        </>
      )}
      {(cell.picture || cell.otherPicture) && (
        <div className="jp-Promote-pictures">
          <Picture png={cell.otherPicture} label={trans.__('before')} />
          <Picture png={cell.picture} label={trans.__('this run')} />
        </div>
      )}
    </section>
  );
}

function Picture(props: { png: string; label: string }): JSX.Element {
  const trans = useTrans();
  return (
    <figure>
      <figcaption>{props.label}</figcaption>
      {props.png ? (
        <img
          alt={trans.__('Picture, %1', props.label)}
          src={`data:image/png;base64,${props.png}`}
        />
      ) : (
        <p>{trans.__('no picture')}</p>
      )}
    </figure>
  );
}

/** A unified diff; the sign before each line says what its colour says. */
export function Diff(props: { text: string }): JSX.Element {
  const trans = useTrans();
  const words: Readonly<Record<string, string>> = {
    '+': trans.__('came:'),
    '-': trans.__('went:')
  };
  return (
    <pre className="jp-Promote-diff">
      {props.text.split('\n').map((line, index) => {
        const sign = line.startsWith('@@') ? '@' : line.slice(0, 1);
        const word = words[sign];
        return (
          <span key={index} className="jp-Promote-diffLine" data-sign={sign}>
            {word && <span className="jp-Promote-unseenWord">{word} </span>}
            {sign === '@' ? '⋯' : line}
            {'\n'}
          </span>
        );
      })}
    </pre>
  );
}
