import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.WindowedSerdes;

/**
 * One measured run of Java Kafka Streams, with its defaults and one stream thread: the same work, and the same line of
 * figures, as a run of bench_compare.
 *
 * <p>Arguments: workload, bootstrap servers, application id, state directory, input topic, table topic, output topic,
 * records, time the process was started (System.nanoTime).
 */
public final class Compare {
    private static final Serde<String> TEXT = Serdes.String();
    private static final AtomicLong firstAt = new AtomicLong();
    private static final CountDownLatch all = new CountDownLatch(1);
    private static long total;
    private static long seen;

    /** Text whose every decoding is told. */
    private static Serde<String> counting() {
        final StringDeserializer text = new StringDeserializer();
        final Deserializer<String> told = (topic, bytes) -> {
            tell();
            return text.deserialize(topic, bytes);
        };
        return Serdes.serdeFrom(new StringSerializer(), told);
    }

    private static void tell() {
        if (++seen == 1) {
            firstAt.set(System.nanoTime());
        }
        if (seen == total) {
            all.countDown();
        }
    }

    private static StreamsBuilder draw(final String workload, final String input, final String table, final String output) {
        final StreamsBuilder builder = new StreamsBuilder();
        final boolean countsBehind = workload.equals("repartition") || workload.equals("foreign_key_join");
        final KStream<String, String> in = builder.stream(input, Consumed.with(TEXT, countsBehind ? TEXT : counting()));
        final Produced<String, String> toText = Produced.with(TEXT, TEXT);
        final Produced<String, Long> toLong = Produced.with(TEXT, Serdes.Long());
        switch (workload) {
            case "passthrough":
                in.filter((k, v) -> v.length() > 10).mapValues(v -> v + "!").to(output, toText);
                break;
            case "count":
            case "count_uncached":
            case "restore":
                in.groupByKey(Grouped.with(TEXT, TEXT)).count(Materialized.as("counts")).toStream().to(output, toLong);
                break;
            case "repartition":
                in.selectKey((k, v) -> k + "+")
                    .repartition(Repartitioned.<String, String>as("by-key").withKeySerde(TEXT).withValueSerde(counting()))
                    .groupByKey(Grouped.with(TEXT, TEXT))
                    .count(Materialized.as("counts")).toStream().to(output, toLong);
                break;
            case "tumbling_count":
                in.groupByKey(Grouped.with(TEXT, TEXT))
                    .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofSeconds(10)))
                    .count(Materialized.as("counts")).toStream()
                    .to(output, Produced.with(WindowedSerdes.timeWindowedSerdeFrom(String.class, 10_000L), Serdes.Long()));
                break;
            case "session_count":
                in.groupByKey(Grouped.with(TEXT, TEXT))
                    .windowedBy(SessionWindows.ofInactivityGapWithNoGrace(Duration.ofSeconds(5)))
                    .count(Materialized.as("counts")).toStream()
                    .to(output, Produced.with(WindowedSerdes.sessionWindowedSerdeFrom(String.class), Serdes.Long()));
                break;
            case "stream_table_join": {
                final KTable<String, String> rows = builder.table(table, Consumed.with(TEXT, TEXT), Materialized.as("rows"));
                in.join(rows, (v, row) -> row + v.length(), Joined.with(TEXT, TEXT, TEXT)).to(output, toText);
                break;
            }
            case "stream_stream_join": {
                final KStream<String, String> other = builder.stream(table, Consumed.with(TEXT, counting()));
                in.join(other, (a, b) -> a.substring(0, 20) + b.substring(0, 20),
                        JoinWindows.ofTimeDifferenceWithNoGrace(Duration.ofSeconds(1)), StreamJoined.with(TEXT, TEXT, TEXT))
                    .to(output, toText);
                break;
            }
            case "foreign_key_join": {
                final KTable<String, String> left = in.toTable(Materialized.as("lefts"));
                final KTable<String, String> right = builder.table(table, Consumed.with(TEXT, TEXT), Materialized.as("rights"));
                left.<String, String, String>join(right, Compare::foreignKey, (a, b) -> b + a.length())
                    .toStream().peek((k, v) -> tell()).to(output, toText);
                break;
            }
            default:
                throw new IllegalArgumentException("no workload " + workload);
        }
        return builder;
    }

    /** The customer of an order: "customerId":"customer-17" names one of a thousand rows. */
    private static String foreignKey(final String order) {
        final int from = order.indexOf("customer-") + 9;
        return "row-" + Integer.parseInt(order.substring(from, order.indexOf('"', from))) % 1000;
    }

    private static double peakResidentMb() throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("/proc/self/status tells no VmHWM");
    }

    public static void main(final String[] args) throws Exception {
        final String workload = args[0];
        total = Long.parseLong(args[7]);
        final long started = Long.parseLong(args[8]);
        final Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[1]);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, args[2]);
        config.put(StreamsConfig.STATE_DIR_CONFIG, args[3]);
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        if (workload.equals("count_uncached") || workload.equals("foreign_key_join")) {
            config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        }
        final AtomicLong runningAt = new AtomicLong();
        final KafkaStreams app = new KafkaStreams(draw(workload, args[4], args[5], args[6]).build(), config);
        app.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                runningAt.compareAndSet(0, System.nanoTime());
                if (workload.equals("restore")) {
                    all.countDown();
                }
            } else if (now == KafkaStreams.State.ERROR) {
                System.err.println("the application ended in an error");
                System.exit(1);
            }
        });
        final AtomicLong restoreBegan = new AtomicLong();
        app.setGlobalStateRestoreListener(new org.apache.kafka.streams.processor.StateRestoreListener() {
            @Override
            public void onRestoreStart(final org.apache.kafka.common.TopicPartition p, final String store, final long from, final long to) {
                restoreBegan.compareAndSet(0, System.nanoTime());
            }

            @Override
            public void onBatchRestored(final org.apache.kafka.common.TopicPartition p, final String store, final long to, final long n) {
            }

            @Override
            public void onRestoreEnd(final org.apache.kafka.common.TopicPartition p, final String store, final long n) {
            }
        });
        app.start();
        all.await();
        final long restored = System.nanoTime();
        app.close();
        final boolean restore = workload.equals("restore");
        final long first = restore ? restoreBegan.get() : firstAt.get();
        final double seconds = ((restore ? restored : System.nanoTime()) - first) / 1e9;
        final var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.out.printf(Locale.ROOT,
            "{\"records_per_s\":%.2f,\"cpu_us_per_record\":%.3f,\"peak_rss_mb\":%.2f,\"first_record_ms\":%.2f,\"running_ms\":%.2f,\"gets_ratio\":0.0}%n",
            total / seconds, system.getProcessCpuTime() / 1e3 / total, peakResidentMb(), (first - started) / 1e6,
            (runningAt.get() - started) / 1e6);
    }
}
