/** Takes settings back, one change at a time: JupyterLab's undo knows cells only. */
import * as React from 'react';
import { Act } from '../ui/button';
import { useTrans } from '../ui/react';
import type { PipelineModel } from './model';

export function RevertSettings(props: {
  model: PipelineModel;
}): JSX.Element | null {
  const trans = useTrans();
  const { model } = props;
  const path = model.revertible;
  if (path === null) {
    return null;
  }
  const what = path.filter(key => key !== 'steps' && key !== 'resources');
  return (
    <p className="jp-Promote-revert">
      <Act
        look="link"
        title={trans.__('Take back the last change of a setting')}
        onClick={() => model.revert()}
      >
        {trans.__('Revert settings: %1', what.join(', '))}
      </Act>
    </p>
  );
}
