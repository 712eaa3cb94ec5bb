import { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';
import { stepMenu } from '../../../labextension/src/tagging/menu';
import { NO_ARGUMENTS } from '../../../labextension/src/tagging/target';

const choice = (steps: string[], current: string | null = null) => ({
  steps,
  current,
  allSteps: 'All Steps'
});

it('shows the steps around the one of the cell where there are many, and all of them in a list of their own', () => {
  const commands = new CommandRegistry();
  const steps = [...Array(60).keys()].map(index => `s${index}`);
  const names = (items: readonly Menu.IItem[]): unknown[] =>
    items.map(({ args }) => args.step).filter(Boolean);
  const menu = stepMenu(commands, choice(steps, 's30'));
  expect(names(menu.items)).toEqual(['s28', 's29', 's30', 's31', 's32']);
  const [list] = menu.items.filter(({ type }) => type === 'submenu');
  expect(list?.submenu?.title.label).toBe('All Steps');
  expect(names(list?.submenu?.items ?? [])).toEqual(steps);
  menu.dispose();
  const first = stepMenu(commands, choice(steps));
  expect(names(first.items)).toEqual(['s0', 's1', 's2']);
  first.dispose();
  const few = stepMenu(commands, choice(steps.slice(0, 9), 's3'));
  expect(names(few.items)).toHaveLength(9);
  expect(few.items.some(({ type }) => type === 'submenu')).toBe(false);
  few.dispose();
});

it('gives the focus back to the chip that opened it before its command runs', () => {
  const chip = document.body.appendChild(document.createElement('button'));
  const commands = new CommandRegistry();
  let during: Element | null = null;
  commands.addCommand('jupyterlab-promote:assign-step', {
    describedBy: NO_ARGUMENTS,
    execute: () => {
      during = document.activeElement;
    }
  });
  chip.focus();
  const menu = stepMenu(commands, choice(['load']));
  menu.open(0, 0);
  menu.activeIndex = 0;
  expect(menu.node.contains(document.activeElement)).toBe(true);
  menu.close();
  expect(document.activeElement).toBe(chip);

  const again = stepMenu(commands, choice(['load']));
  again.open(0, 0);
  again.activeIndex = 0;
  again.triggerActiveItem();
  expect(during).toBe(chip);
  chip.remove();
});
