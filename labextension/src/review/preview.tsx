/** A value that a step left, as the step itself described it; nothing is loaded to show it. */
import * as React from 'react';
import type { Preview } from '../api/_generated';
import { useTrans } from '../ui/react';
import { formatBytes } from '../ui/units';

export function PreviewView(props: { preview: Preview }): JSX.Element {
  const trans = useTrans();
  const { preview } = props;
  const { name, summary, type, bytes } = preview;
  return (
    <figure className="jp-Promote-preview">
      <figcaption>
        <code>{name}</code> {summary || type}{' '}
        {bytes > 0 && (
          <span className="jp-Promote-note">{formatBytes(bytes)}</span>
        )}
      </figcaption>
      {preview.columns.length > 0 && <Frame preview={preview} />}
      {preview.png && (
        <img
          alt={trans.__('Picture of %1', name)}
          src={`data:image/png;base64,${preview.png}`}
        />
      )}
      {preview.columns.length === 0 && !preview.png && preview.text && (
        <pre>{preview.text}</pre>
      )}
    </figure>
  );
}

function Frame(props: { preview: Preview }): JSX.Element {
  const { columns, head } = props.preview;
  return (
    <table className="jp-Promote-frame">
      <thead>
        <tr>
          {columns.map(([name, dtype]) => (
            <th key={name} scope="col">
              {name}
              <span className="jp-Promote-note">{dtype}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {head.map((row, index) => (
          <tr key={index}>
            {row.map((text, column) => (
              <td key={column}>{text}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
