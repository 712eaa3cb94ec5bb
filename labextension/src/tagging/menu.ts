/** The menu of a cell's chip. */
import { MenuSvg } from '@jupyterlab/ui-components';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Menu } from '@lumino/widgets';
import { CommandIDs } from '../commands';

const BELOW_NAMES = [
  [
    CommandIDs.assignStep,
    CommandIDs.startStep,
    CommandIDs.renameStep,
    CommandIDs.mergeStep
  ],
  [CommandIDs.startEarlier, CommandIDs.startLater],
  [CommandIDs.toggleSkip, CommandIDs.skipBelow, CommandIDs.toggleParameters],
  [CommandIDs.untag]
];

/** As many steps as leave what can be done with a cell on the page. */
const MOST_NAMES = 9;
/** Steps above and below the one of the cell that are shown where there are more. */
const AROUND = 2;

export interface IStepChoice {
  /** All steps, in the order of the notebook. */
  readonly steps: readonly string[];
  /** The step of the cell. */
  readonly current: string | null;
  /** Title of the list of all steps, where there are many. */
  readonly allSteps: string;
}

/** The names of the steps, then what can be done with a cell. It ends when it closes, and the focus goes back. */
export function stepMenu(
  commands: JupyterFrontEnd['commands'],
  { steps, current, allSteps }: IStepChoice
): Menu {
  const menu = new MenuSvg({ commands });
  menu.addClass('jp-Promote-menu');
  const at = Math.max(0, steps.indexOf(current ?? ''));
  const isLong = steps.length > MOST_NAMES;
  const near = isLong
    ? steps.slice(Math.max(0, at - AROUND), at + AROUND + 1)
    : steps;
  addNames(menu, near);
  if (isLong) {
    const all = new MenuSvg({ commands });
    all.addClass('jp-Promote-menu');
    all.title.label = allSteps;
    addNames(all, steps);
    menu.addItem({ type: 'submenu', submenu: all });
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
    requestAnimationFrame(() => {
      menu.items.forEach(({ submenu }) => submenu?.dispose());
      menu.dispose();
    });
  });
  return menu;
}

function addNames(menu: Menu, steps: readonly string[]): void {
  for (const step of steps) {
    menu.addItem({ command: CommandIDs.assignStep, args: { step } });
  }
}
