import { type GroupSetting, groupDefaults } from './group.ts'
import { matchHandler, takesTaskType } from './pattern.ts'

/** The setting of groups that no aggregator has claimed: their messages wait until one does. */
export const defaultGroupSetting: GroupSetting = { key: '', group: '*', ...groupDefaults }

/**
 * The setting that holds for a group: of those whose pattern takes it, that of exactly this name, else that with the longest
 * prefix; of two with one pattern that of the task type.
 */
export function groupSettingOf(
  settings: readonly GroupSetting[],
  group: string,
  taskType: string,
): GroupSetting {
  const fitting = settings.filter(
    (each) => takesTaskType(each.group, group) && (each.taskType === undefined || each.taskType === taskType),
  )
  const pattern = matchHandler(
    fitting.map((each) => each.group),
    group,
  )
  const best = fitting.filter((each) => each.group === pattern)
  return best.find((each) => each.taskType !== undefined) ?? best[0] ?? defaultGroupSetting
}
