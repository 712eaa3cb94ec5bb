/** The files that an attempt of a step wrote: with their sizes, to download or to copy beside the notebook. */
import * as React from 'react';
import type { Outcome } from '../api/_generated';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import { formatBytes } from '../ui/units';
import type { ReviewModel } from './model';

type WorkingFile = NonNullable<Outcome['changes']>[number];

export function WrittenFiles(props: { model: ReviewModel }): JSX.Element {
  const trans = useTrans();
  const { model } = props;
  const files = model.attempt?.outcome?.changes ?? [];
  return files.length === 0 ? (
    <p>{trans.__('It wrote no files.')}</p>
  ) : (
    <>
      <ul className="jp-Promote-files">
        {files.map(file => (
          <FileItem key={file.path} file={file} model={model} />
        ))}
      </ul>
      <p role="status" className="jp-Promote-note">
        {model.copied && trans.__('Copied to %1.', model.copied)}
      </p>
    </>
  );
}

function FileItem(props: {
  file: WorkingFile;
  model: ReviewModel;
}): JSX.Element {
  const trans = useTrans();
  const { file, model } = props;
  const { path } = file;
  const isFolder = path.endsWith('/');
  const isHere = file.sha256 !== null && !isFolder;
  return (
    <li>
      <code>{path}</code>{' '}
      <span className="jp-Promote-note">
        {isHere
          ? formatBytes(file.size ?? 0)
          : isFolder
            ? trans.__('empty folder')
            : trans.__('deleted')}
      </span>
      {isHere && (
        <>
          {' '}
          <a
            className="jp-Promote-link"
            href={model.fileUrl(path)}
            download
            aria-label={trans.__('Download %1', path)}
          >
            {trans.__('Download')}
          </a>{' '}
          <Act
            look="link"
            disabled={model.busy}
            label={trans.__('Copy %1 beside the notebook', path)}
            onClick={() => void model.copyFile(path)}
          >
            {trans.__('Copy beside the notebook')}
          </Act>
        </>
      )}
    </li>
  );
}
