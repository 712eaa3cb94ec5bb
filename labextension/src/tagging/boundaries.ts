/** The commands that move where a step begins, cell by cell. */
import { CommandIDs } from '../commands';
import { moveStart, type Retagging } from './retag';
import {
  activeStep,
  type ITaggingOptions,
  type ITaggingTarget,
  NO_ARGUMENTS
} from './target';

/** Adds them; each move is one undo step. */
export function addBoundaryCommands(options: ITaggingOptions): void {
  const { commands, trans, target } = options;
  const add = (
    id: string,
    direction: 'up' | 'down',
    words: { label: string; caption: string }
  ): void => {
    const moved = ({ panel, pipeline }: ITaggingTarget): Retagging =>
      moveStart(
        pipeline.cells,
        activeStep({ panel, pipeline }) ?? '',
        direction
      );
    commands.addCommand(id, {
      ...words,
      describedBy: NO_ARGUMENTS,
      isEnabled: () => {
        const open = target();
        return open !== null && moved(open).size > 0;
      },
      execute: () => {
        const open = target();
        open?.pipeline.retag(moved(open));
      }
    });
  };
  add(CommandIDs.startEarlier, 'up', {
    label: trans.__('Begin Step One Cell Earlier'),
    caption: trans.__('Take the cell above into the step of the active cell')
  });
  add(CommandIDs.startLater, 'down', {
    label: trans.__('Begin Step One Cell Later'),
    caption: trans.__(
      'Leave the first cell of the active cell’s step to the step above'
    )
  });
}
