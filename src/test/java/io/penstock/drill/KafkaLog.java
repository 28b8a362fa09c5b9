/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.job.ExportView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.util.IOUtils;
import org.bson.RawBsonDocument;

/** A topic of a broker, which the drill itself reads without the network that the job goes through. */
final class KafkaLog implements Target {
    private static final long TO_END_MILLIS = 10_000;

    private final Optional<Disk> disk;
    private final Broker broker;
    private final Topic topic;
    private final int outsidePort;

    private KafkaLog(Optional<Disk> disk, Broker broker, int outsidePort) {
        this.disk = disk;
        this.broker = broker;
        this.topic = new Topic(broker, Map.of());
        this.outsidePort = outsidePort;
    }

    static KafkaLog start(Path folder, boolean onDisk, int outsidePort) throws Exception {
        Optional<Disk> disk = Target.disk(Broker.data(folder), onDisk);
        try {
            return new KafkaLog(disk, Broker.start(folder, outsidePort), outsidePort);
        } catch (Exception e) {
            Disk.unmount(disk);
            throw e;
        }
    }

    @Override
    public String sink() {
        return topic.sink("127.0.0.1:" + outsidePort);
    }

    @Override
    public int port() {
        return broker.outsidePort();
    }

    @Override
    public void leave(Way way) throws Exception {
        switch (way) {
            case KILL -> broker.kill();
            case FREEZE -> broker.signal("STOP");
            case FULL_DISK -> disk.orElseThrow().fill();
            case CUT -> {}
        }
    }

    /** A broker whose only disk was full has ended, and is started again once there is room. */
    @Override
    public void comeBack(Way way) throws Exception {
        switch (way) {
            case KILL -> broker.start();
            case FREEZE -> broker.signal("CONT");
            case FULL_DISK -> {
                disk.orElseThrow().free();
                if (!broker.ended(TO_END_MILLIS)) {
                    broker.kill();
                }
                broker.start();
            }
            case CUT -> {}
        }
    }

    @Override
    public Content read() throws IOException {
        ExportView view = topic.read();
        return new Content(view.documents(), view.doubled(), view.backwards());
    }

    @Override
    public Map<String, ?> expected(Iterable<RawBsonDocument> documents) {
        return ExportView.documents(documents);
    }

    @Override
    public List<String> differences(History history) throws IOException {
        return history.differences(topic.read());
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(topic, () -> Disk.unmount(disk));
    }
}
