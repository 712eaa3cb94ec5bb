/** The menu of a cell's chip. */
import { MenuSvg } from '@jupyterlab/ui-components';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Menu } from '@lumino/widgets';
import { CommandIDs } from '../commands';

const BELOW_NAMES = [
  [CommandIDs.startStep, CommandIDs.renameStep, CommandIDs.mergeStep],
  [CommandIDs.startEarlier, CommandIDs.startLater],
  [CommandIDs.toggleSkip, CommandIDs.skipBelow, CommandIDs.toggleParameters],
  [CommandIDs.untag]
];

/** The names of the steps, then what can be done with a cell. It ends when it closes, and the focus goes back. */
export function stepMenu(
  commands: JupyterFrontEnd['commands'],
  steps: readonly string[]
): Menu {
  const menu = new MenuSvg({ commands });
  menu.addClass('jp-Promote-menu');
  for (const step of steps) {
    menu.addItem({ command: CommandIDs.assignStep, args: { step } });
  }
  for (const group of BELOW_NAMES) {
    menu.addItem({ type: 'separator' });
    group.forEach(command => menu.addItem({ command }));
  }
  const before = document.activeElement;
  menu.aboutToClose.connect(() => {
    if (before instanceof HTMLElement && before.isConnected) {
      before.focus({ preventScroll: true });
    }
    // The chosen command still runs after the menu closed.
    requestAnimationFrame(() => menu.dispose());
  });
  return menu;
}
