/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import io.penstock.devserver.DevServer;
import io.penstock.devserver.DevServerBuilder;
import io.penstock.devserver.DevServerImport;
import io.penstock.devserver.ImportException;
import io.penstock.devserver.ImportSpec;
import io.penstock.devserver.ServerVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bson.RawBsonDocument;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code penstock dev-server}: the development server in a process of its own. */
@Command(
        name = "dev-server",
        header = "A MongoDB stand-in for development.",
        description =
                "Serves MongoDB's protocol for development, until Ctrl-C: one member of a replica set, with change"
                        + " streams, transactions and snapshot reads. A stand-in, no database: do not keep anything in it"
                        + " that you need.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock dev-server --port 27027 --data data/dev-server",
            "  penstock dev-server --port 27027 --import shop.orders=orders.ndjson",
            "  penstock dev-server --port 27027 --user ann --password-file secret.txt",
            "  penstock dev-server --port 27027 \\",
            "    --import geo.cities=data-sets/cities/cities.ndjson.gz"
        })
final class DevServerCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            required = true,
            paramLabel = "P",
            description = "The port to listen on, on the loopback address; 0 for a free one.")
    private int port;

    @Option(
            names = "--import",
            paramLabel = "NS=FILE",
            converter = ImportConverter.class,
            description = "A collection to begin with, and its documents: NDJSON or a JSON array in Extended JSON, or a"
                    + " .bson dump; gzip is recognised. Can be given again.")
    private List<ImportSpec> imports = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Keep everything in this folder, also when the process is killed; by default nothing is kept.")
    private Path data;

    @Option(
            names = "--server-version",
            paramLabel = "V",
            converter = VersionConverter.class,
            description = "The MongoDB that it answers as: 5.0, 6.0, 7.0 (by default) or 8.0.")
    private ServerVersion version;

    @ArgGroup(exclusive = false, heading = "%nWho may connect:%n")
    private ServerSecurity security = new ServerSecurity();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (port < 0 || port > 65_535) {
            throw Failure.usage("--port must lie between 0 and 65535");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("This is a stand-in for development and tests, not a MongoDB.");
        out.flush();
        try (Interrupts interrupts = Interrupts.handle();
                DevServer server = start()) {
            importAll(server, out);
            out.println("listening on " + server.uri());
            out.flush();
            interrupts.requested().get();
            return 0;
        }
    }

    private DevServer start() {
        DevServerBuilder builder = DevServer.builder().port(port);
        if (version != null) {
            builder.serverVersion(version);
        }
        security.applyTo(builder);
        if (data != null) {
            builder.dataDirectory(data);
        }
        try {
            return builder.start();
        } catch (Exception e) {
            // Netty throws the checked BindException without declaring it.
            throw Failure.failed("cannot listen on port " + port + ": " + Failures.line(e), e);
        }
    }

    private void importAll(DevServer server, PrintWriter out) throws IOException {
        if (imports.isEmpty()) {
            return;
        }
        try (MongoClient client = security.client(server.uri())) {
            for (ImportSpec each : imports) {
                MongoCollection<RawBsonDocument> collection = client.getDatabase(
                                each.namespace().database())
                        .getCollection(each.namespace().collection(), RawBsonDocument.class);
                if (collection.find().first() == null) {
                    long documents = DevServerImport.read(each.file(), collection::insertMany);
                    out.println("imported " + RunView.number(documents) + " documents into " + each.namespace());
                } else {
                    out.println(each.namespace() + " holds documents from an earlier start, nothing imported");
                }
                out.flush();
            }
        } catch (ImportException e) {
            throw Failure.usage(e.getMessage());
        } catch (NoSuchFileException e) {
            throw Failure.usage("there is no file " + e.getMessage() + " to import");
        }
    }

    /** {@code database.collection=file}. */
    static final class ImportConverter implements ITypeConverter<ImportSpec> {
        @Override
        public ImportSpec convert(String text) {
            try {
                return ImportSpec.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A version as people write it. */
    static final class VersionConverter implements ITypeConverter<ServerVersion> {
        @Override
        public ServerVersion convert(String text) {
            try {
                return ServerVersion.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
