package widgetstream.compat;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TableJoined;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.WindowedSerdes;

/** The topologies of tests/compat/topologies.cpp, line by line. Topics begin with the application's id. */
final class Topologies {
    private static final Serde<String> STR = Serdes.String();
    private static final Serde<Long> I64 = Serdes.Long();
    private static final TimeWindows TEN_SECONDS =
        TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(2));
    private static final SessionWindows FIVE_SECONDS_APART =
        SessionWindows.ofInactivityGapAndGrace(Duration.ofSeconds(5), Duration.ofSeconds(2));

    private Topologies() { }

    static void define(String name, StreamsBuilder builder, String application) {
        switch (name) {
            case "count" -> count(builder, application);
            case "windowed-count" -> windowedCount(builder, application);
            case "windowed-count-on-close" -> windowedCountOnClose(builder, application);
            case "session-count" -> sessionCount(builder, application);
            case "table-table-join" -> tableTableJoin(builder, application);
            case "suppress" -> suppress(builder, application);
            case "foreign-key-join" -> foreignKeyJoin(builder, application);
            case "stream-stream-join" -> streamStreamJoin(builder, application);
            default -> throw new IllegalArgumentException("no topology is called " + name);
        }
    }

    private static KStream<String, String> input(StreamsBuilder builder, String application) {
        return builder.stream(application + "-in", Consumed.with(STR, STR));
    }

    private static void count(StreamsBuilder builder, String application) {
        input(builder, application)
            .groupBy((key, value) -> value, Grouped.with(STR, STR))
            .count(Materialized.as("counts"))
            .toStream()
            .to(application + "-out", Produced.with(STR, I64));
    }

    private static void windowedCount(StreamsBuilder builder, String application) {
        input(builder, application)
            .groupByKey(Grouped.with(STR, STR))
            .windowedBy(TEN_SECONDS)
            .count(Materialized.as("counts"))
            .toStream()
            .to(application + "-out",
                Produced.with(WindowedSerdes.timeWindowedSerdeFrom(String.class, TEN_SECONDS.size()), I64));
    }

    private static void windowedCountOnClose(StreamsBuilder builder, String application) {
        input(builder, application)
            .groupByKey(Grouped.with(STR, STR))
            .windowedBy(TEN_SECONDS)
            .emitStrategy(EmitStrategy.onWindowClose())
            .count(Materialized.as("counts"))
            .toStream()
            .to(application + "-out",
                Produced.with(WindowedSerdes.timeWindowedSerdeFrom(String.class, TEN_SECONDS.size()), I64));
    }

    private static void sessionCount(StreamsBuilder builder, String application) {
        input(builder, application)
            .groupByKey(Grouped.with(STR, STR))
            .windowedBy(FIVE_SECONDS_APART)
            .count(Materialized.as("sessions"))
            .toStream()
            .to(application + "-out", Produced.with(WindowedSerdes.sessionWindowedSerdeFrom(String.class), I64));
    }

    private static void tableTableJoin(StreamsBuilder builder, String application) {
        final KTable<String, String> left =
            builder.table(application + "-left", Consumed.with(STR, STR), Materialized.as("left-rows"));
        final KTable<String, String> right =
            builder.table(application + "-right", Consumed.with(STR, STR), Materialized.as("right-rows"));
        left.outerJoin(right, (l, r) -> l + "/" + r, Materialized.as("joined"))
            .toStream()
            .to(application + "-out", Produced.with(STR, STR));
    }

    private static void streamStreamJoin(StreamsBuilder builder, String application) {
        final KStream<String, String> left = builder.stream(application + "-left", Consumed.with(STR, STR));
        final KStream<String, String> right = builder.stream(application + "-right", Consumed.with(STR, STR));
        left.outerJoin(right, (l, r) -> l + "/" + r,
                JoinWindows.ofTimeDifferenceAndGrace(Duration.ofSeconds(3), Duration.ofSeconds(1)),
                StreamJoined.with(STR, STR, STR).withName("join").withStoreName("rows"))
            .to(application + "-out", Produced.with(STR, STR));
    }

    private static void suppress(StreamsBuilder builder, String application) {
        input(builder, application)
            .groupByKey(Grouped.with(STR, STR))
            .windowedBy(TEN_SECONDS)
            .count(Materialized.as("counts"))
            .suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded()).withName("closed"))
            .toStream()
            .to(application + "-out",
                Produced.with(WindowedSerdes.timeWindowedSerdeFrom(String.class, TEN_SECONDS.size()), I64));
    }

    private static void foreignKeyJoin(StreamsBuilder builder, String application) {
        final KTable<String, String> orders =
            builder.table(application + "-left", Consumed.with(STR, STR), Materialized.as("orders"));
        final KTable<String, String> customers =
            builder.table(application + "-right", Consumed.with(STR, STR), Materialized.as("customers"));
        orders.join(customers, order -> order.split(":")[0], (order, customer) -> order + "/" + customer,
                TableJoined.as("by-customer"), Materialized.as("joined"))
            .toStream()
            .to(application + "-out", Produced.with(STR, STR));
    }
}
