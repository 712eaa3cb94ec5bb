/** From one page of a list to the next. */
import * as React from 'react';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';

export function Paging(props: {
  label: string;
  /** Index of the first item that is shown. */
  offset: number;
  shown: number;
  total: number;
  back: () => void;
  on: () => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { offset, shown, total } = props;
  if (total <= shown) {
    return null;
  }
  return (
    <nav className="jp-Promote-paging" aria-label={props.label}>
      <Act disabled={offset === 0} onClick={props.back}>
        {trans.__('Previous page')}
      </Act>
      <span role="status">
        {trans.__('%1 to %2 of %3', offset + 1, offset + shown, total)}
      </span>
      <Act disabled={offset + shown >= total} onClick={props.on}>
        {trans.__('Next page')}
      </Act>
    </nav>
  );
}
