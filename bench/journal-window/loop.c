/* What a plain program needs to read the same: sd-journal(3), declared here so that no header package is needed. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct sd_journal sd_journal;
int sd_journal_open_directory(sd_journal **journal, const char *path, int flags);
void sd_journal_close(sd_journal *journal);
int sd_journal_set_data_threshold(sd_journal *journal, size_t bytes);
int sd_journal_add_match(sd_journal *journal, const void *data, size_t length);
int sd_journal_seek_realtime_usec(sd_journal *journal, uint64_t microseconds);
int sd_journal_next(sd_journal *journal);
int sd_journal_get_realtime_usec(sd_journal *journal, uint64_t *microseconds);
int sd_journal_get_data(sd_journal *journal, const char *field, const void **data, size_t *length);

int main(int argc, char **argv)
{
    sd_journal *journal;
    if (argc < 2 || sd_journal_open_directory(&journal, argv[1], 0) < 0)
        return 1;
    sd_journal_set_data_threshold(journal, 1024 * 1024 + 64);
    sd_journal_add_match(journal, "_SYSTEMD_UNIT=grafana-server.service", 0);
    sd_journal_seek_realtime_usec(journal, 1);

    long entries = 0, bytes = 0;
    uint64_t at;
    const void *data;
    size_t length;
    while (sd_journal_next(journal) > 0) {
        if (sd_journal_get_realtime_usec(journal, &at) >= 0 && sd_journal_get_data(journal, "MESSAGE", &data, &length) >= 0) {
            entries++;
            bytes += length;
        }
    }
    printf("%ld entries, %ld bytes\n", entries, bytes);
    sd_journal_close(journal);
}
