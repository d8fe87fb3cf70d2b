/** A calendar day and a time of day, without a zone. Months and days are counted from 1, Sunday is 0. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 1 on the first of January. */
  readonly dayOfYear: number;
  readonly dayOfWeek: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

const daysPerEra = 146_097;
const secondsPerDay = 86_400;

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  // Years that begin in March, so that the leap day is the last of its year.
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - 719_468;
}

/** How many days the month (1..12) has. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The calendar fields of a count of seconds since 1970-01-01T00:00:00 on the same clock. */
export function civilFromSeconds(seconds: number): Civil {
  const days = Math.floor(seconds / secondsPerDay);
  const timeOfDay = seconds - days * secondsPerDay;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const marchDay = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * marchDay + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return {
    year,
    month,
    day: marchDay - Math.floor((153 * marchMonth + 2) / 5) + 1,
    dayOfYear: days - daysSinceEpoch(year, 1, 1) + 1,
    dayOfWeek: (((days + 4) % 7) + 7) % 7,
    hours: Math.floor(timeOfDay / 3600),
    minutes: Math.floor((timeOfDay % 3600) / 60),
    seconds: timeOfDay % 60,
  };
}
