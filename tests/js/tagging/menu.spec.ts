import { CommandRegistry } from '@lumino/commands';
import { stepMenu } from '../../../labextension/src/tagging/menu';
import { NO_ARGUMENTS } from '../../../labextension/src/tagging/target';

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
  const menu = stepMenu(commands, ['load']);
  menu.open(0, 0);
  menu.activeIndex = 0;
  expect(menu.node.contains(document.activeElement)).toBe(true);
  menu.close();
  expect(document.activeElement).toBe(chip);

  const again = stepMenu(commands, ['load']);
  again.open(0, 0);
  again.activeIndex = 0;
  again.triggerActiveItem();
  expect(during).toBe(chip);
  chip.remove();
});
