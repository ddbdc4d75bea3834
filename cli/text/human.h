/* Figures as people read them. All of it is the same in every locale, and the unknown
 * (PSUTIL_UNKNOWN, NAN) is "-". */
#ifndef CLI_HUMAN_H
#define CLI_HUMAN_H

#include <stddef.h>
#include <stdint.h>

/* A formatted figure, returned by value so that several can stand in one call. */
struct human {
    char text[64];
};

/* Bytes: "0 B", "1023 B", "1.5 KiB", "15.9 GiB", "120 GiB". */
struct human human_bytes(int64_t bytes);

/* The same in four or five columns, for tables: "0B", "1.5K", "15.9G", "120G". */
struct human human_bytes_short(int64_t bytes);

/* Bytes a second: "1.5 KiB/s". */
struct human human_rate(double bytes_per_second);

/* Percent, in at most five columns up to 9999 %: "0.0%", "12.3%", "100%". */
struct human human_percent(double percent);

/* The number of the same, without the sign. */
struct human human_percent_number(double percent);

/* A span of time in its two largest units: "4s", "3m 04s", "5h 07m", "12d 3h". */
struct human human_duration(double seconds);

/* CPU time as in top: "0:04.25", "12:34.50", "1:02:03", "12d 03h". */
struct human human_cpu_time(double seconds);

/* A frequency: "800 MHz", "2.40 GHz". */
struct human human_mhz(double mhz);

/* A speed in megabits a second: "100 Mb/s", "2.5 Gb/s", "10 Gb/s". */
struct human human_mbits(int64_t mbits);

/* A temperature without its unit: "55", "-4". */
struct human human_degrees(double celsius);

/* A number with two decimals: "0.21". */
struct human human_load(double load);

#endif
